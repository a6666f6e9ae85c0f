import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isWhole, rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { assertNothingLost } from "../support/under-fire/assert-nothing-lost.ts";
import { endLeases } from "../support/under-fire/end-leases.ts";
import { HouseUnderFire } from "../support/under-fire/house-under-fire.ts";
import { listUnderWay } from "../support/under-fire/list-under-way.ts";

const ROUNDS = rounds({ short: 2, whole: 200 });

/** Of each second of the load. */
const GROUPS_PER_SECOND = 60;

/** The longest that a round takes on the average, in s: two starts, and some time under load. Ours. */
const ROUND_SECONDS = rounds({ short: 10, whole: 5 });

/** One kill in so many comes while the server still starts. */
const AT_START = 4;

/** In all rounds together: fewer sends on their way at a kill, for each kill, and the rounds ask too little. Ours. */
const UNDER_WAY_EACH = 0.15;

test("the server is killed again and again: what had its 200 is there once, what was sent was sent once or is in doubt", async () => {
  const random = new SeededRandom();
  const groups = GROUPS_PER_SECOND * ROUND_SECONDS * ROUNDS;
  await using house = await HouseUnderFire.open({ nodes: 1, groups, random });
  house.light({ groupsPerSecond: GROUPS_PER_SECOND, clickEveryMs: 150 });

  const underWay = new Set<string>();
  for (let round = 1; round <= ROUNDS; round += 1) {
    await sleep(random.between(200, 3_000));
    await house.first.kill();
    for (const id of await listUnderWay(house)) underWay.add(id);
    // What a sender that is dead held runs out after 15 s; here the time is made to pass.
    await endLeases(house);
    if (random.next() < 1 / AT_START) {
      const { ready } = house.first.start();
      ready.catch(() => undefined);
      await sleep(random.between(50, 1_200));
      await house.first.kill();
    }
    await house.first.start().ready;
  }
  const settled = await house.settle();
  const seen = assertNothingLost(house, settled);
  if (isWhole()) assert.ok(underWay.size >= ROUNDS * UNDER_WAY_EACH, `${underWay.size} sends on their way`);
  console.log(
    `${ROUNDS} kills of the server with ${underWay.size} sends on their way, seed ${random.seed}: ${JSON.stringify(seen)}`,
  );
});
