import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DOOR } from "./support/door.ts";
import { holds, type IngestRun, runIngest, Traffic } from "./support/measure-ingest.ts";
import { type BenchOptions, readOptions } from "./support/options.ts";
import { countStatements, resetStatements, topPlans, topStatements } from "./support/postgres-profile.ts";
import { summariseProfiles } from "./support/processor-profile.ts";
import { measureReference } from "./support/run-references.ts";
import { searchRate } from "./support/search-rate.ts";
import { benchFolder, WardroomUnderTest } from "./support/wardroom-under-test.ts";

/**
 * How many updates a second Wardroom takes in, durably, as Meta would send them to a number at full throughput: three
 * statuses to one text, 20,000 customers and one in twenty new, one POST in ten a duplicate.
 *
 * `npm run bench -- ingest [--rate N] [--seconds N] [--batch N] [--stored N] [--no-references] [--json]`
 */

/** Where a search begins, updates a second, alone and in batches. Ours. */
const FROM = { alone: 2_000, batched: 6_000 };
const FROM_REFERENCE = { floor: 4_000, express: 1_500 };

/** Messages that one run of the search may need, and how many runs. */
const RUNS = 14;

/** A folder for processor profiles of the server's threads, and PostgreSQL's longest statements with their plans. */
const PROFILE = process.env["WARDROOM_BENCH_PROFILE"];

const options = readOptions(process.argv.slice(2));
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Measured {
  readonly rate: number;
  readonly run: IngestRun;
  readonly lost: number;
  readonly memoryMb: number;
}

async function main(): Promise<void> {
  using folder = benchFolder();
  const from = options.rate ?? (options.batch > 1 ? FROM.batched : FROM.alone);
  const outgoing = Math.max(options.stored, Math.ceil((from * 2 * options.seconds * RUNS) / 8));
  say(`seeding: ${outgoing} messages to 20,000 customers`);
  await seed(folder.path, outgoing);

  const measured = await measure(folder.path, outgoing, from);
  if (PROFILE !== undefined) writeFileSync(join(PROFILE, "processor.txt"), summariseProfiles(PROFILE));
  const references = options.references
    ? await measureReferences(folder.path, measured.authority)
    : undefined;
  print(measured, references);
}

async function seed(path: string, outgoing: number): Promise<void> {
  await using wardroom = await WardroomUnderTest.start(path);
  await wardroom.seed({ door: DOOR, outgoing });
  if (PROFILE !== undefined) await countStatements(wardroom.dataFolder);
}

async function measure(
  path: string,
  outgoing: number,
  from: number,
): Promise<{ best: Measured | undefined; authority: string; readyMs: number }> {
  await using wardroom = await WardroomUnderTest.start(path, profileFlags());
  say(`ready after ${Math.round(wardroom.readyMs)} ms`);
  const traffic = new Traffic(outgoing);
  const run = async (rate: number, seconds: number) => {
    wardroom.takePeakMemoryMb();
    if (PROFILE !== undefined) await resetStatements(wardroom.dataFolder);
    const before = wardroom.processorSeconds();
    const one = await runIngest(wardroom, traffic, { rate, seconds, batch: options.batch });
    const after = wardroom.processorSeconds();
    if (PROFILE !== undefined)
      writeFileSync(join(PROFILE, "statements.txt"), await topStatements(wardroom.dataFolder));
    const each = (from: number, to: number) =>
      (((to - from) * 1e6) / (one.result.answered * options.batch)).toFixed(0);
    if (PROFILE !== undefined) writeFileSync(join(PROFILE, "plans.txt"), await topPlans(wardroom.dataFolder));
    const memoryMb = wardroom.takePeakMemoryMb();
    const { lost, opened } = await wardroom.verify({
      stretch: one.stretch,
      untaken: one.result.untaken,
      batch: options.batch,
    });
    say(
      `  p50 ${one.result.p50Ms.toFixed(0)} ms, p99 ${one.result.p99Ms.toFixed(0)} ms, ${one.errors} errors ` +
        `${JSON.stringify(one.result.statuses)} ${one.result.broken} broken, ${lost} lost, ${opened} opened, ${memoryMb.toFixed(0)} MB, ` +
        `us per update: node ${each(before.node, after.node)}, postgres ${each(before.postgres, after.postgres)}`,
    );
    const result = { rate, run: one, lost, memoryMb };
    return { holds: holds(one) && lost === 0, result };
  };
  await run(from / 2, 5); // compiled and warm
  const { authority, readyMs } = wardroom;
  if (options.rate !== undefined)
    return { best: (await run(options.rate, options.seconds)).result, authority, readyMs };
  say("wardroom:");
  return {
    best: (await searchRate({ from, run, seconds: options.seconds, say }))?.result,
    authority,
    readyMs,
  };
}

function profileFlags(): string[] {
  return PROFILE === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${PROFILE}`];
}

interface References {
  readonly floor: number;
  readonly express: number;
}

async function measureReferences(dataFolder: string, authority: string): Promise<References> {
  const { seconds, batch } = options;
  const of = (name: "floor" | "express") =>
    measureReference(name, { dataFolder, authority, seconds, batch, from: FROM_REFERENCE[name], say });
  return { floor: await of("floor"), express: await of("express") };
}

function print(
  { best, readyMs }: { best: Measured | undefined; readyMs: number },
  references: References | undefined,
): void {
  const rate = best?.rate ?? 0;
  const rounded = (value: number) => Math.round(value * 100) / 100;
  const result = {
    name: "ingest",
    seconds: options.seconds,
    ...(options.rate === undefined
      ? { capacity_per_s: rate }
      : { accepted_per_s: acceptedPerSecond(best, options) }),
    lost: best?.lost ?? 0,
    errors: best?.run.errors ?? 0,
    p50_ms: rounded(best?.run.result.p50Ms ?? 0),
    p99_ms: rounded(best?.run.result.p99Ms ?? 0),
    rss_mb: Math.round(best?.memoryMb ?? 0),
    ...(references === undefined
      ? {}
      : {
          express_per_s: references.express,
          floor_per_s: references.floor,
          ratio_express: rounded(rate / references.express),
          ratio_floor: rounded(rate / references.floor),
        }),
    batch: options.batch,
    stored: options.stored,
    ready_ms: Math.round(readyMs),
  };
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    for (const [key, value] of Object.entries(result)) process.stdout.write(`${key.padEnd(16)} ${value}\n`);
}

function acceptedPerSecond(best: Measured | undefined, { batch }: BenchOptions): number {
  const accepted = best?.run.result.statuses["200"] ?? 0;
  return Math.round((accepted * batch) / (best?.run.result.seconds ?? 1));
}

await main();
