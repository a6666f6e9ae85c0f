import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listKeyHolders, rotateRootKey, rotateWorkspaceKeys } from "../../server/compose/rotate-keys.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { type KeyRounds, keyRounds } from "../support/key-rounds.ts";
import { rounds } from "../support/rounds.ts";

const CONTACTS = Array.from({ length: 60 }, (_, n) => `9665000001${String(n).padStart(2, "0")}`);

/** Two seconds before the month's turn, whose end the processes' clocks then cross. */
const BEFORE_THE_TURN = "2026-11-30T23:59:58Z";

/** Finishes what killed processes have left, and rotates once more: as an operator does who runs it again. */
async function rotateToTheEnd(it: KeyRounds): Promise<void> {
  await using room = await it.open();
  const { foundation } = room;
  const options = { foundation, clock: systemClock, actor: "operator", leaseSeconds: 1 };
  const workspaceIds = await listKeyHolders(foundation);
  const done = await rotateWorkspaceKeys(options, { workspaceIds, wish: "now" });
  assert.deepEqual([...new Set(done.map(({ state }) => state))], ["finished"]);
  const root = await rotateRootKey(options);
  if (root.state === "finished_earlier") assert.equal((await rotateRootKey(options)).state, "changed");
  else assert.equal(root.state, "changed");
}

async function assertAllIsWell(it: KeyRounds): Promise<number> {
  const { messages, absent } = await it.openEverything();
  assert.equal(absent.size, 0, "every key of every sealed value is there");
  const { living, used } = await it.versions();
  assert.equal(living.length, 2, "one version of the workspace, one of the installation");
  assert.deepEqual(used, living, "and everything is wrapped by it");
  const { pending, unverified } = await it.verifyLog();
  assert.ok(pending > 0);
  assert.equal(unverified, 0, "every entry of the log is accounted for");
  assert.deepEqual(
    readdirSync(it.settings.folder).sort(),
    ["key-bundles", "root.key"],
    "no old key is left on disk",
  );
  assert.equal(readdirSync(join(it.settings.folder, "key-bundles")).length > 0, true);
  return messages;
}

test("keys are rotated, the root key too, while processes take messages in and read them over the month's turn", async (t) => {
  await using it = await keyRounds();
  const options = { contacts: CONTACTS, startsAt: BEFORE_THE_TURN, writers: 2 };
  const processes = [await it.ingest(options), await it.ingest(options)];
  const rotator = await it.rotator(2);
  await sleep(rounds({ short: 5_000, whole: 10 * 60_000 }));
  const said = await rotator.kill();
  const reports = [];
  for (const each of processes) reports.push(await each.end());

  assert.deepEqual(
    reports.flatMap(({ faults }) => faults),
    [],
  );
  await rotateToTheEnd(it);
  const messages = await assertAllIsWell(it);
  assert.equal(
    messages,
    reports.reduce((sum, { taken }) => sum + taken, 0),
  );
  const months = await it.query<{ month: string }>(
    "select distinct to_char(month, 'YYYY-MM') as month from vault.data_key where class = 'conversation' order by 1",
  );
  assert.deepEqual(
    months.map(({ month }) => month),
    ["2026-11", "2026-12"],
  );
  assert.equal(
    reports.reduce((sum, { erased }) => sum + erased, 0),
    0,
  );
  const finished = said.filter((line) => line === "workspace finished").length;
  const changed = said.filter((line) => line === "root changed").length;
  assert.ok(finished >= 2 && changed >= 1, said.join(", "));
  t.diagnostic(
    `${messages} messages taken in, ${reports.reduce((sum, { opened }) => sum + opened, 0)} read meanwhile, ` +
      `${finished} workspace keys and ${changed} root keys rotated`,
  );
});

test("killed at any point, a rotation leaves an installation that starts and reads, and is finished by the next", async (t) => {
  await using it = await keyRounds();
  const ingest = await it.ingest({ contacts: CONTACTS, startsAt: BEFORE_THE_TURN, writers: 2 });
  await sleep(1_500);
  assert.deepEqual((await ingest.end()).faults, []);
  const before = [...(await it.sealedValues()).keys()].sort();
  assert.ok(before.length > 100);

  const count = rounds({ short: 6, whole: 200 });
  let cutOff = 0;
  for (let round = 0; round < count; round++) {
    const rotator = await it.rotator(1);
    // A whole turn takes some 200 ms: the kill falls before, into or after any step of it.
    await sleep(Math.random() * 400);
    await rotator.kill();
    const { living } = await it.versions();
    const files = readdirSync(it.settings.folder);
    if (living.length > 2 || files.length > 2) cutOff += 1;
    const { absent } = await it.openEverything();
    assert.equal(absent.size, 0, `round ${round}: everything opens after the kill`);
  }
  await rotateToTheEnd(it);
  await assertAllIsWell(it);
  assert.deepEqual([...(await it.sealedValues()).keys()].sort(), before, "no sealed byte is another one");
  t.diagnostic(`${count} kills, ${cutOff} of them in the middle; ${before.length} sealed values unchanged`);
});
