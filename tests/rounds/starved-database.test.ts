import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { assertNothingLost } from "../support/under-fire/assert-nothing-lost.ts";
import { HouseUnderFire } from "../support/under-fire/house-under-fire.ts";
import {
  exhaustConnections,
  killBackend,
  killPostmaster,
  pause,
  resume,
} from "../support/under-fire/postgres-under-fire.ts";
import { SmallDisk } from "../support/under-fire/small-disk.ts";

const ROUNDS = rounds({ short: 1, whole: 30 });

/** Longer than a webhook may wait, so that each that waits is refused in time. */
const PAUSE_MS = rounds({ short: 11_500, whole: 30_000 });

/** A webhook waits 10 s at the most (http/webhook-routes.ts); the rest is for a busy machine. In ms. */
const ANSWERED_WITHIN_MS = 12_500;

/** Everything comes back by itself, within so many ms of the trouble's end. Ours: the supervision looks each second. */
const BACK_WITHIN_MS = 20_000;

/** All Node processes of one Wardroom, in MB. Ours, as of the bench. */
const MEMORY_MB = 768;

const GROUPS_PER_SECOND = 80;

/** Enough that what waits for a database that stands still is more than one would like to hold. */
const CONNECTIONS = 300;

/** So large that the load alone does not fill it, in MB. */
const DISK_MB = 320;

type Trouble = (house: HouseUnderFire, random: SeededRandom) => Promise<void>;

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "PostgreSQL is killed": async ({ cluster }) => killPostmaster(cluster),
  "a session of PostgreSQL is killed": async ({ cluster }) => killBackend(cluster),
  "all connections are taken": async (house, random) => {
    await using taken = await exhaustConnections(house.databaseUrl("superuser"));
    await sleep(random.between(1_000, 3_000));
    void taken;
  },
  "PostgreSQL stands still": async ({ cluster }) => {
    pause(cluster);
    try {
      await sleep(PAUSE_MS);
    } finally {
      resume(cluster);
    }
  },
};

test("PostgreSQL is killed, taken and stopped: webhooks are refused in time, nothing that had its 200 is missing", async () => {
  const random = new SeededRandom();
  const seconds = ROUNDS * (PAUSE_MS / 1_000 + 20);
  const groups = Math.round(GROUPS_PER_SECOND * seconds);
  await using house = await HouseUnderFire.open({ nodes: 1, groups, random, connections: CONNECTIONS });
  house.light({ groupsPerSecond: GROUPS_PER_SECOND, clickEveryMs: 300 });
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [name, trouble] of Object.entries(TROUBLES)) {
      await sleep(random.between(200, 800));
      await trouble(house, random);
      const tookMs = await untilTakenAgain(house);
      assert.ok(tookMs < BACK_WITHIN_MS, `${name}: taken in again after ${Math.round(tookMs)} ms`);
    }
  }
  report(`${ROUNDS} rounds of a starved database`, random, house, await house.settle());
});

test("the disk is full for a while: webhooks are refused, and all is taken in once there is room", async (t) => {
  using disk = SmallDisk.open(DISK_MB);
  if (disk === undefined)
    return t.skip("only root can make a file system that is full; this round was not done");
  const random = new SeededRandom();
  const disks = rounds({ short: 1, whole: 10 });
  await using house = await HouseUnderFire.open({
    ...{ nodes: 1, groups: 1_500 * disks, random, dataFolder: join(disk.path, "data") },
  });
  house.light({ groupsPerSecond: GROUPS_PER_SECOND, clickEveryMs: 300 });
  for (let round = 1; round <= disks; round += 1) {
    await sleep(random.between(500, 1_000));
    disk.fill();
    await untilRefused(house);
    await sleep(random.between(500, 2_000));
    disk.empty();
    const tookMs = await untilTakenAgain(house);
    assert.ok(tookMs < BACK_WITHIN_MS, `taken in again after ${Math.round(tookMs)} ms`);
  }
  report(`${disks} times a full disk`, random, house, await house.settle());
});

/** Resolves once webhooks are taken that were not taken when this was called; to how long that took, in ms. */
async function untilTakenAgain({ load }: HouseUnderFire): Promise<number> {
  const startedAt = performance.now();
  // What was answered before the trouble may still be on its way to us.
  await sleep(50);
  const { taken } = load.report;
  while (load.report.taken < taken + 5 && performance.now() - startedAt < BACK_WITHIN_MS) await sleep(20);
  return performance.now() - startedAt;
}

async function untilRefused({ load }: HouseUnderFire): Promise<void> {
  const refusals = () => load.report.answers["503"] ?? 0;
  const before = refusals();
  while (refusals() === before) await sleep(20);
}

function report(
  what: string,
  random: SeededRandom,
  house: HouseUnderFire,
  settled: Awaited<ReturnType<HouseUnderFire["settle"]>>,
): void {
  const seen = assertNothingLost(house, settled);
  assert.ok(seen.longestMs < ANSWERED_WITHIN_MS, `the longest wait was ${seen.longestMs} ms`);
  assert.ok(seen.peakMb < MEMORY_MB, `${seen.peakMb} MB`);
  console.log(`${what}, seed ${random.seed}: ${JSON.stringify(seen)}`);
}
