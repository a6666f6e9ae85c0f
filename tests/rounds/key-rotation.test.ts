import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { keyRounds } from "../support/key-rounds.ts";
import { assertAllIsWell, rotateToTheEnd } from "../support/key-rounds-end.ts";
import { rounds } from "../support/rounds.ts";

const CONTACTS = Array.from({ length: 60 }, (_, n) => `9665000001${String(n).padStart(2, "0")}`);

/** Two seconds before the month's turn, whose end the processes' clocks then cross. */
const BEFORE_THE_TURN = "2026-11-30T23:59:58Z";

test("keys are rotated, the root key too, while processes take messages in and read them over the month's turn", async (t) => {
  await using it = await keyRounds();
  const options = { contacts: CONTACTS, startsAt: BEFORE_THE_TURN, writers: 2 };
  const processes = [await it.ingest(options), await it.ingest(options)];
  const rotator = await it.rotator(2);
  await sleep(rounds({ short: 2_000, whole: 10 * 60_000 }));
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
