import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkspaceId } from "../server/platform/ids.ts";
import { freePort } from "../tests/support/free-port.ts";
import { type Clicked, Crowd } from "./support/outbox-crowd.ts";
import { quantile, round } from "./support/outbox-figures.ts";
import { type OutboxOptions, readOutboxOptions } from "./support/outbox-options.ts";
import type { PeerReport } from "./support/outbox-peer.ts";
import { BenchProcess } from "./support/outbox-process.ts";
import { BulkQueue } from "./support/outbox-queue.ts";
import { type Bench, type RunResult, runAtRate } from "./support/outbox-run.ts";
import { searchRate } from "./support/search-rate.ts";

/**
 * The time from a click to its message's acceptance, at 100 clicks a second; then messages a second through one fully
 * upgraded number (1,000 a second) to a peer that answers after 50 ms, over TLS: the highest rate that holds, or a fixed one.
 *
 * `npm run bench -- outbox [--rate N] [--seconds N] [--no-clicks] [--profile FOLDER] [--json]`
 *
 * Four processes: this one queues and clicks, the server sends, the peer is Meta, PostgreSQL stores with fsync on.
 * Customers are many enough that Meta's rate for one person (1 in 6 s) holds nobody back.
 */
const CONTACTS = 6_000;
const THROUGHPUT = 1_000;
const CLICKS_PER_S = 100;
const CLICK_SECONDS = 15;

/** Of an installation that is thrown away. */
const PASSWORD = "correct horse battery";

/** Where a search begins, messages a second. Ours. */
const FROM = 600;

const options = readOutboxOptions(process.argv.slice(2));
const say = (line: string) => console.error(line);

const folder = mkdtempSync(join(tmpdir(), "wardroom-bench-"));
chmodSync(folder, 0o711);
try {
  await measure(options);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function measure({ rate, seconds, clicks, json, profile }: OutboxOptions): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const { crowd, ...bench } = await openBench(opened, { clicks, profile });
  // Warms code and caches up; not counted.
  await runAtRate(bench, 100, 2);
  await crowd?.click(CLICKS_PER_S / 2, 4);
  await bench.peer.ask("report");
  const clicked = crowd === undefined ? undefined : await crowd.click(CLICKS_PER_S, CLICK_SECONDS);
  const clickReport = await bench.peer.ask<PeerReport>("report");
  const ofRate =
    rate === undefined
      ? searchedSummary(await search(bench, seconds), seconds)
      : fixedSummary(await runAtRate(bench, rate, seconds), seconds);
  const summary = { ...ofRate, ...(clicked === undefined ? {} : clickSummary(clicked, clickReport)) };
  if (json) console.log(JSON.stringify(summary));
  else
    for (const [key, value] of Object.entries(summary))
      console.log(`${key.padEnd(18)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}

async function openBench(
  opened: AsyncDisposableStack,
  { clicks, profile }: Pick<OutboxOptions, "clicks" | "profile">,
): Promise<Bench & { crowd: Crowd | undefined }> {
  const peer = opened.use(BenchProcess.start("outbox-peer.ts"));
  const { url, authorityPath } = await peer.ask<{ url: string; authorityPath: string }>("address");
  const rootKeyFile = join(folder, "key", "root.key");
  const server = opened.use(
    BenchProcess.start("outbox-server.ts", {
      env: {
        NODE_EXTRA_CA_CERTS: authorityPath,
        BENCH_PEER_URL: url,
        WARDROOM_DATA_DIR: join(folder, "data"),
        WARDROOM_ROOT_KEY_FILE: rootKeyFile,
        WARDROOM_PORT: String(await freePort()),
        WARDROOM_TRUSTED_PROXIES: "127.0.0.1,::1",
      },
      flags: profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`],
    }),
  );
  const made = await server.ask<Made>("prepare", {
    ...{ contacts: CONTACTS, throughput: THROUGHPUT, password: PASSWORD },
  });
  const queue = opened.use(await BulkQueue.open({ ...made, rootKeyFile }));
  const chats = await queue.listChats();
  say(`${chats.length} chats`);
  const owner = { password: PASSWORD, totpSecret: made.totpSecret };
  const crowd = clicks ? opened.use(await Crowd.gather({ ...made, owner }, chats)) : undefined;
  // What the crowd clicks in has positions that only the server knows.
  const queued = clicks ? chats.slice(1_000) : chats;
  return { server, peer, queue, crowd, chats: queued, workspaceId: made.workspaceId };
}

interface Made {
  readonly workspaceId: WorkspaceId;
  readonly numberId: string;
  readonly appUrl: string;
  readonly totpSecret: string;
  readonly port: number;
  readonly authority: string;
}

/** The highest rate that holds for so long; undefined when none does. */
async function search(bench: Bench, seconds: number): Promise<RunResult | undefined> {
  const run = async (rate: number, probeSeconds: number) => {
    const result = await runAtRate(bench, rate, probeSeconds);
    say(`  ${result.acceptedPerS} accepted/s, p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms`);
    return { holds: result.held, result };
  };
  return (await searchRate({ from: FROM, run, seconds, say }))?.result;
}

function searchedSummary(result: RunResult | undefined, seconds: number) {
  const head = { name: "outbox", seconds, capacity_per_s: result?.rate ?? 0 };
  return result === undefined ? head : { ...head, ...summaryOf(result) };
}

function fixedSummary(result: RunResult, seconds: number) {
  return {
    ...{ name: "outbox", seconds, accepted_per_s: result.acceptedPerS },
    ...{ offered_per_s: result.rate, held: result.held, ...summaryOf(result) },
  };
}

function summaryOf(result: RunResult) {
  return {
    ...{ lost: result.lost, errors: result.errors, p50_ms: result.p50Ms, p99_ms: result.p99Ms },
    ...{ rss_mb: result.rssMb, messages: result.queued, twice: result.twice },
    ...{ out_of_order: result.outOfOrder, most_in_a_second: result.mostInASecond },
    ...{ load_late_ms: result.lateMs, cores_busy: result.cores },
  };
}

function clickSummary({ latenciesMs, ids, errors }: Clicked, { ids: atPeer }: PeerReport) {
  const arrived = new Set(atPeer);
  return {
    ...{ clicks_per_s: CLICKS_PER_S, clicks: ids.length, click_errors: errors },
    click_p50_ms: round(quantile(latenciesMs, 0.5)),
    click_p99_ms: round(quantile(latenciesMs, 0.99)),
    click_lost: ids.filter((id) => !arrived.has(id)).length,
    click_twice: atPeer.length - arrived.size,
  };
}
