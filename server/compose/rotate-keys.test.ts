import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { type RawBuilder, sql } from "kysely";
import { runWardroom } from "../../tests/support/running-wardroom.ts";
import { until } from "../../tests/support/until.ts";
import { countRefusals } from "../audit/counted-refusals.ts";
import { systemClock } from "../platform/clock.ts";
import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { openLog } from "../platform/log.ts";
import { periodicJobs } from "./periodic-jobs.ts";
import { finishRootRotation, prepareRootKey, rotateRootKey } from "./rotate-keys.ts";

test("the daily job rotates keys of 27 days, once a day, and writes a bundle of the new ones", async () => {
  await using running = await runWardroom({ bare: true });
  const { foundation, rooms } = running.wardroom;
  const refusals = countRefusals(systemClock);
  const job = periodicJobs({
    ...{ foundation, rooms, refusals, clock: systemClock, log: openLog("silent") },
  }).find(({ name }) => name === "key-rotation");
  const inInstallation = <Row>(statement: RawBuilder<Row>) =>
    inWorkspace(foundation.db, INSTALLATION, async (tx) => (await statement.execute(tx)).rows);
  const versions = async () =>
    (
      await inInstallation(sql<{ version: number; living: boolean }>`
        select version, wrapped is not null as living from vault.workspace_key order by version`)
    ).map(({ version, living }) => [version, living]);
  const anHourPasses = () =>
    inInstallation(sql`update platform_lease set expires_at = '-infinity' where name like 'daily:key-%'`);
  // The first run, at the start, has found a young key.
  const leaseOf = (name: string) =>
    inInstallation(
      sql`select from platform_lease where name = ${name} and expires_at > now() + interval '2 hours'`,
    );
  for (const name of ["daily:key-rotation", "daily:key-bundle"])
    await until(async () => (await leaseOf(name)).length === 1);
  const bundles = readdirSync(foundation.keyBundleDir).length;
  await inInstallation(sql`update vault.workspace_key set created_at = now() - interval '27 days'`);

  await job?.run(new AbortController().signal);
  assert.deepEqual(await versions(), [[1, true]], "today's is done");
  await anHourPasses();
  await job?.run(new AbortController().signal);
  assert.deepEqual(await versions(), [
    [1, false],
    [2, true],
  ]);
  assert.equal(readdirSync(foundation.keyBundleDir).length, bundles + 1);
});

test("a change of the root key that was cut off before its end is finished, and begins no other", async () => {
  await using running = await runWardroom({ bare: true });
  const { foundation } = running.wardroom;
  const options = { foundation, clock: systemClock, actor: "operator" };
  const before = await foundation.vault.describeRoot();
  const old = `${foundation.rootKey.path}.old-${"0".repeat(32)}`;
  await writeFile(old, "{}", { mode: 0o600 });

  const finished = await rotateRootKey(options);
  assert.equal(finished.state, "finished_earlier");
  assert.deepEqual(finished.destroyed, ["0".repeat(32)]);
  assert.ok(!existsSync(old));
  assert.deepEqual(await foundation.vault.describeRoot(), before);

  await writeFile(old, "{}", { mode: 0o600 });
  assert.deepEqual(await finishRootRotation(options), ["0".repeat(32)]);
  assert.deepEqual(await finishRootRotation(options), []);

  const prepared = await prepareRootKey(options);
  assert.deepEqual(await prepareRootKey(options), prepared, "one is prepared, however often it is asked");
  const changed = await rotateRootKey(options);
  assert.deepEqual(
    [changed.state, changed.from, changed.to, changed.destroyed],
    ["changed", before.id, prepared.to, [before.id]],
  );
  const { rows } = await inWorkspace(foundation.db, INSTALLATION, (tx) =>
    sql<{ kind: string }>`
      select kind from audit_event where kind like 'vault.root%' order by occurred_at, id`.execute(tx),
  );
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    [
      "vault.root_key_destroyed",
      "vault.root_key_destroyed",
      "vault.root_key_made",
      "vault.root_key_changed",
      "vault.root_key_destroyed",
    ],
  );
});
