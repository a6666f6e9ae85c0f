import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { WorkspaceId } from "../../server/platform/ids.ts";
import { assertNothingSealedLater, type Erasure, eraseSomebody } from "../support/erasure.ts";
import { openKeyRoom } from "../support/key-room.ts";
import { rotateToTheEnd } from "../support/key-rounds-end.ts";
import { rounds } from "../support/rounds.ts";
import { listSealedColumns } from "../support/sealed-columns.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { assertNothingLost, assertSends } from "../support/under-fire/assert-nothing-lost.ts";
import { endLeases } from "../support/under-fire/end-leases.ts";
import { HouseUnderFire } from "../support/under-fire/house-under-fire.ts";
import { listUnderWay } from "../support/under-fire/list-under-way.ts";

const ROTATIONS = rounds({ short: 1, whole: 40 });
const ERASURES = rounds({ short: 6, whole: 400 });

const GROUPS_PER_SECOND = 40;

/** The longest that a rotation takes beside a start of a node, in s. Ours. */
const ROTATION_SECONDS = 15;

/** So few that most of the erased write again. */
const CONTACTS = rounds({ short: 20, whole: 900 });

/** Between two erasures, in ms. */
const ERASED_EVERY_MS = 400;

test("keys are rotated, the root key too, while two nodes take webhooks and send, and one of them is killed", async () => {
  const random = new SeededRandom();
  const groups = GROUPS_PER_SECOND * ROTATION_SECONDS * ROTATIONS;
  await using house = await HouseUnderFire.open({ nodes: 2, groups, random });
  const underWay = new Set<string>();
  house.light({ groupsPerSecond: GROUPS_PER_SECOND, clickEveryMs: 150 });
  for (let round = 0; round < ROTATIONS; round += 1) {
    await sleep(random.between(200, 1_000));
    const rotated = rotateToTheEnd({ open: () => openKeyRoom(house.keyRoom) });
    const node = random.pick(house.nodes);
    await sleep(random.between(0, 600));
    for (const id of await listUnderWay(house)) underWay.add(id);
    await node.kill();
    await endLeases(house);
    await node.start().ready;
    await rotated;
  }
  const seen = assertNothingLost(house, await house.settle());
  console.log(
    `${ROTATIONS} rotations of all keys with two nodes and ${underWay.size} sends on their way, seed ${random.seed}: ${JSON.stringify(seen)}`,
  );
});

test("customers are erased while two nodes take webhooks and send: nothing is sealed with a destroyed key, and nothing is lost", async () => {
  const random = new SeededRandom();
  const groups = Math.round(((GROUPS_PER_SECOND * ERASED_EVERY_MS) / 1_000) * ERASURES * 3);
  await using house = await HouseUnderFire.open({ nodes: 2, groups, random, contacts: CONTACTS });
  await using room = await openKeyRoom(house.keyRoom);
  const workspaceId = house.workspaceId as WorkspaceId;
  const scene = { room, workspaceId, columns: await sealedColumnsOf(house) };
  house.light({ groupsPerSecond: GROUPS_PER_SECOND, clickEveryMs: 150 });
  const erasures: Erasure[] = [];
  while (erasures.length < ERASURES) {
    await sleep(random.between(0, ERASED_EVERY_MS * 2));
    const erasure = await eraseSomebody(scene);
    assert.ok(erasure !== undefined, "there is somebody left to erase");
    erasures.push(erasure);
  }
  await sleep(1_000);
  const settled = await house.settle();
  assertSends(settled);
  await assertNothingSealedLater(scene, erasures);
  const { inbound, statuses, quarantined, gaps, miscounted, waitingStatuses, heldLeases } = settled;
  assert.deepEqual(
    { all: inbound + statuses + quarantined, gaps, miscounted, waitingStatuses, heldLeases },
    {
      all: settled.groups * 4 + CONTACTS + settled.callers,
      ...{ gaps: 0, miscounted: 0, waitingStatuses: 0, heldLeases: 0 },
    },
    "each update is there, or in quarantine under the workspace's own key",
  );
  assert.ok(quarantined > 0, "somebody wrote after the erasure");
  const values = erasures.reduce((sum, { sealedBefore }) => sum + sealedBefore.size, 0);
  const { answers } = house.load.report;
  console.log(
    `${ERASURES} customers erased with two nodes, seed ${random.seed}: ${JSON.stringify({ values, quarantined, inbound, webhooks: answers, sends: settled.sends.length })}`,
  );
});

async function sealedColumnsOf(house: HouseUnderFire) {
  const client = new pg.Client({ connectionString: house.databaseUrl("superuser") });
  await client.connect();
  try {
    return await listSealedColumns(client);
  } finally {
    await client.end();
  }
}
