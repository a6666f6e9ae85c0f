import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isWhole, rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { assertNothingLost } from "../support/under-fire/assert-nothing-lost.ts";
import { endLeases } from "../support/under-fire/end-leases.ts";
import { HouseUnderFire } from "../support/under-fire/house-under-fire.ts";
import { listUnderWay } from "../support/under-fire/list-under-way.ts";
import type { NodeUnderFire } from "../support/under-fire/node-under-fire.ts";
import {
  exhaustConnections,
  killBackend,
  killPostmaster,
  pause,
  resume,
} from "../support/under-fire/postgres-under-fire.ts";

const ROUNDS = rounds({ short: 4, whole: 100 });

/** All updates of both nodes. */
const GROUPS_PER_SECOND = 50;

/** The longest that a round takes on the average, in s. Ours. */
const ROUND_SECONDS = rounds({ short: 10, whole: 6 });

/** The longest that PostgreSQL stands still, in ms. */
const PAUSE_MS = rounds({ short: 2_000, whole: 30_000 });

type Trouble = (house: HouseUnderFire, random: SeededRandom) => Promise<void>;

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "the node that holds the database is killed": (house, random) => killOne(house, house.first, random),
  "the other node is killed": (house, random) => killOne(house, secondOf(house), random),
  "PostgreSQL is killed": async ({ cluster }) => killPostmaster(cluster),
  // A node that slept past its lease finds another one at work when it wakes.
  "both nodes believe that they send": (house) => endLeases(house),
  "both nodes are killed": async (house) => {
    await Promise.all(house.nodes.map((node) => node.kill()));
    await house.first.start().ready;
    await secondOf(house).start().ready;
  },
  "a session of PostgreSQL is killed": async ({ cluster }) => killBackend(cluster),
  "PostgreSQL stands still": async ({ cluster }, random) => {
    pause(cluster);
    try {
      await sleep(random.between(500, PAUSE_MS));
    } finally {
      resume(cluster);
    }
  },
  "all connections are taken": async (house, random) => {
    await using taken = await exhaustConnections(house.databaseUrl("superuser"));
    await sleep(random.between(500, 2_000));
    void taken;
  },
};

test("two nodes on one database, killed in turn and together: nothing is lost, nothing is sent twice", async () => {
  const random = new SeededRandom();
  const groups = GROUPS_PER_SECOND * ROUND_SECONDS * ROUNDS;
  await using house = await HouseUnderFire.open({ nodes: 2, groups, random });
  house.light({ groupsPerSecond: GROUPS_PER_SECOND, clickEveryMs: 150 });
  const names = Object.keys(TROUBLES);
  const done = new Map<string, number>();
  const underWay = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(random.between(200, 1_500));
    const name = isWhole() ? random.pick(names) : (names[round % names.length] ?? "");
    for (const id of await listUnderWay(house)) underWay.add(id);
    await TROUBLES[name]?.(house, random);
    done.set(name, (done.get(name) ?? 0) + 1);
  }
  const settled = await house.settle();
  const seen = assertNothingLost(house, settled);
  console.log(
    `${ROUNDS} rounds with two nodes and ${underWay.size} sends on their way, seed ${random.seed}: ${JSON.stringify({ ...Object.fromEntries(done), ...seen })}`,
  );
});

/** The other one goes on, and takes the dead one's numbers over once their lease has run out. */
async function killOne(house: HouseUnderFire, node: NodeUnderFire, random: SeededRandom): Promise<void> {
  await node.kill();
  if (random.next() < 0.5) await endLeases(house);
  await sleep(random.between(0, 1_000));
  await node.start().ready;
}

function secondOf({ nodes }: HouseUnderFire): NodeUnderFire {
  const [, second] = nodes;
  if (second === undefined) throw new Error("there is one node only");
  return second;
}
