import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listKeyHolders, rotateRootKey, rotateWorkspaceKeys } from "../../server/compose/rotate-keys.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { keyRounds } from "../support/key-rounds.ts";
import { assertAllIsWell, rotateToTheEnd } from "../support/key-rounds-end.ts";
import { killBeforeStatement } from "../support/kill-before-statement.ts";
import { rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";

const CONTACTS = Array.from({ length: 60 }, (_, n) => `9665000001${String(n).padStart(2, "0")}`);

const STARTS_AT = "2026-11-23T10:00:00Z";

const random = new SeededRandom();

test("killed at any point, a rotation leaves an installation that starts and reads, and is finished by the next", async (t) => {
  await using it = await keyRounds();
  const ingest = await it.ingest({ contacts: CONTACTS, startsAt: STARTS_AT, writers: 2 });
  await sleep(1_500);
  assert.deepEqual((await ingest.end()).faults, []);
  const before = [...(await it.sealedValues()).keys()].sort();
  assert.ok(before.length > 100);

  const count = rounds({ short: 5, whole: 200 });
  let cutOff = 0;
  for (let round = 0; round < count; round++) {
    const rotator = await it.rotator(1);
    // A whole turn takes some 200 ms: the kill falls before, into or after any step of it.
    await sleep(random.next() * 400);
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
  t.diagnostic(
    `${count} kills, seed ${random.seed}, ${cutOff} of them in the middle; ${before.length} sealed values unchanged`,
  );
});

test("cut off before each of its statements in turn, a rotation of everything is finished by the next", async (t) => {
  await using it = await keyRounds();
  const ingest = await it.ingest({ contacts: CONTACTS, startsAt: STARTS_AT, writers: 2 });
  await sleep(500);
  assert.deepEqual((await ingest.end()).faults, []);
  const before = [...(await it.sealedValues()).keys()].sort();

  // A step of one is every statement; the short form takes some of them, others each time.
  const step = rounds({ short: 30, whole: 1 });
  let tried = 0;
  for (let at = 1 + Math.floor(random.next() * step); ; at += step) {
    const cut = killBeforeStatement(at);
    {
      await using room = await it.open(cut.plugin);
      const { foundation } = room;
      const options = { foundation, clock: systemClock, actor: "operator", leaseSeconds: 1 };
      const workspaceIds = await listKeyHolders(foundation);
      cut.arm();
      await rotateWorkspaceKeys(options, { workspaceIds, wish: "now" })
        .then(() => rotateRootKey(options))
        .catch((error: unknown) => {
          if (!cut.isDead()) throw error;
        });
    }
    tried += 1;
    assert.equal((await it.openEverything()).absent.size, 0, `cut off before statement ${at}`);
    await it.query("delete from platform_lease");
    await rotateToTheEnd(it);
    await assertAllIsWell(it);
    if (!cut.isDead()) break;
  }
  assert.deepEqual([...(await it.sealedValues()).keys()].sort(), before, "no sealed byte is another one");
  t.diagnostic(`${tried} cuts`);
});
