import assert from "node:assert/strict";
import { test } from "node:test";
import { isWhole, lasting, rounds } from "../support/rounds.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { rise, slopeOf } from "../support/slope.ts";
import { Flood, takenPerSecond } from "../support/under-fire/flood.ts";
import { HouseUnderFire } from "../support/under-fire/house-under-fire.ts";
import { now } from "../support/under-fire/pulse.ts";
import { listTableSizes, type TableSize } from "../support/under-fire/table-sizes.ts";

const SECONDS = lasting({ short: 5, whole: 2 * 60 * 60 });

/** Of each sample. Short enough for two dozen of them, so that noise can be told from a slope. */
const SAMPLE_SECONDS = rounds({ short: 1, whole: 60 });

/** Caches fill and buffers grow to what the load asks for; counted from here on. A share of the run. Ours. */
const SETTLED_AFTER = 0.25;

const SHARE_OF_CAPACITY = rounds({ short: 0.1, whole: 0.5 });
const TOO_MUCH = { rate: 4_000, seconds: rounds({ short: 1, whole: 15 }) };
const CUSTOMERS = rounds({ short: 200, whole: 20_000 });

/** Statuses name these round and round: after the first round most of them change nothing, as with duplicates. */
const MESSAGES = rounds({ short: 2_000, whole: 100_000 });

/** An agent writes so often, in ms: what brings the outbox and its statuses in. */
const CLICK_EVERY_MS = 500;

/** What has to be kept, and so grows with what came in. Of all other tables rows may not become more. */
const GROWING = new Set([
  ...["inbox_message", "inbox_contact", "inbox_contact_identifier", "inbox_conversation", "inbox_episode"],
  ...["inbox_taking", "whatsapp_outbox", "data_key"],
  // The sequencer, which takes pending entries away, comes later; until then they stay.
  ...["audit_event", "audit_pending"],
]);

/** How much may come on top over the whole run, beyond what chance explains. Ours. */
const MORE_MB = 40;
const MORE_P99_MS = 100;
const MORE_ROWS = 200;

/**
 * PostgreSQL begins to clean a table at a fifth of dead rows, and looks once a minute: more than half means that it does
 * not keep up. Small tables are measured by the count.
 */
const DEAD_SHARE = 0.5;
const DEAD_ROWS = 20_000;

interface Sample {
  readonly at: number;
  readonly memoryMb: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly taken: number;
  readonly untaken: number;
  readonly tables: ReadonlyMap<string, TableSize>;
}

test("hours at half of what it can take: memory, latency and tables stay as they are, and dead rows are cleaned up", async () => {
  const random = new SeededRandom();
  await using house = await HouseUnderFire.open({
    ...{ nodes: 1, groups: 1, random, contacts: CUSTOMERS, outgoing: MESSAGES },
  });
  const flood = new Flood(house);
  const capacity = takenPerSecond(await flood.run(TOO_MUCH));
  const rate = Math.round(capacity * SHARE_OF_CAPACITY);

  house.clicks.start(CLICK_EVERY_MS);
  const samples: Sample[] = [];
  const startedAt = now();
  while (now() - startedAt < SECONDS * 1000) {
    const { result } = await flood.run({ rate, seconds: SAMPLE_SECONDS });
    const taken = result.statuses["200"] ?? 0;
    samples.push({
      at: (now() - startedAt) / 1000,
      memoryMb: house.first.memoryMb,
      ...{ p50Ms: result.p50Ms, p99Ms: result.p99Ms, taken, untaken: result.sent - taken },
      tables: await listTableSizes(house.databaseUrl("superuser")),
    });
  }
  const sends = await house.clicks.finish();
  const missing = await flood.countMissing();

  const settled = samples.filter(({ at }) => at >= SECONDS * SETTLED_AFTER);
  const pointsOf = (value: (sample: Sample) => number) =>
    settled.map((sample) => [sample.at, value(sample)] as const);
  const memory = pointsOf(({ memoryMb }) => memoryMb);
  const p99 = pointsOf(({ p99Ms }) => p99Ms);
  const rows = [...(settled[0]?.tables.keys() ?? [])].map((name) => ({
    name,
    rose: Math.round(rise(pointsOf(({ tables }) => tables.get(name)?.live ?? 0))),
  }));
  const seen = {
    ...{ seconds: SECONDS, samples: samples.length, capacityPerS: capacity, ratePerS: rate },
    memoryMb: Math.round(slopeOf(memory).mean),
    ...{ memoryRoseMb: Math.round(rise(memory)), p99Ms: Math.round(slopeOf(p99).mean) },
    ...{ p99RoseMs: Math.round(rise(p99)), sends: sends.size, missing },
    taken: samples.reduce((sum, { taken }) => sum + taken, 0),
    untaken: samples.reduce((sum, { untaken }) => sum + untaken, 0),
    rose: Object.fromEntries(rows.filter(({ rose }) => rose > 0).map(({ name, rose }) => [name, rose])),
    dead: Object.fromEntries(listDead(samples.at(-1)?.tables ?? new Map())),
  };
  console.log(`a long run: ${JSON.stringify(seen)}`);

  assert.equal(missing, 0, "what had its 200 is there");
  assert.ok((seen.rose["inbox_message"] ?? 0) > 0, "the rows are counted: what comes in is seen to grow");
  if (!isWhole()) return; // five seconds show that it is measured, and nothing about hours
  assert.equal(seen.untaken, 0, "half of what it can take is taken");
  assert.ok(seen.memoryRoseMb <= MORE_MB, `memory rose by ${seen.memoryRoseMb} MB`);
  assert.ok(seen.p99RoseMs <= MORE_P99_MS, `p99 rose by ${seen.p99RoseMs} ms`);
  assert.deepEqual(
    rows.filter(({ name, rose }) => !mayGrow(name) && rose > MORE_ROWS),
    [],
    "no other table grows",
  );
  for (const { tables } of settled) assert.deepEqual(listDead(tables), [], "vacuum keeps up");
});

/** The log has a partition a day, each called after its day. */
function mayGrow(table: string): boolean {
  return GROWING.has(table.replace(/_\d{8}$/, ""));
}

/** Tables in which more is dead than a vacuum that keeps up leaves, with how much. */
function listDead(tables: ReadonlyMap<string, TableSize>): Array<[name: string, dead: number]> {
  return [...tables].flatMap(([name, { live, dead }]) =>
    dead > DEAD_ROWS + live * DEAD_SHARE ? [[name, dead] as [string, number]] : [],
  );
}
