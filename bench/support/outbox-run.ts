import { setTimeout as sleep } from "node:timers/promises";
import { coresBetween, readCpu } from "./outbox-cpu.ts";
import { quantile, round } from "./outbox-figures.ts";
import type { PeerReport } from "./outbox-peer.ts";
import type { BenchProcess } from "./outbox-process.ts";
import type { BulkQueue, Chat, Queued } from "./outbox-queue.ts";

/** How often messages are queued, in ms: what is due since the last time, in one transaction. */
const TICK_MS = 20;

/** How long after the last message was due all have to be accepted, in ms, for the rate to be held. */
const DRAINED_WITHIN_MS = 2_000;

/** p99 from due to accepted, in ms, above which a rate is not held. */
const HELD_P99_MS = 1_000;

export interface RunResult {
  readonly rate: number;
  readonly queued: number;
  /** Accepted messages a second, from the first due to the last accepted. */
  readonly acceptedPerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Queued and not at the peer. */
  readonly lost: number;
  /** At the peer more than once. */
  readonly twice: number;
  readonly outOfOrder: number;
  /** Rows of the outbox or lines of threads that do not say accepted, with Meta's id. */
  readonly errors: number;
  readonly drained: boolean;
  readonly held: boolean;
  readonly rssMb: number;
  readonly mostInASecond: number;
  /** Cores that were busy on average, by whom. */
  readonly cores: ReturnType<typeof coresBetween>;
  /** How late the load side was at worst, until its own commit, in ms; the latencies count from when it was due. */
  readonly lateMs: number;
}

export interface Bench {
  readonly server: BenchProcess;
  readonly peer: BenchProcess;
  readonly queue: BulkQueue;
  readonly chats: readonly Chat[];
  readonly workspaceId: string;
}

/** Queues at a constant rate for so many seconds, waits until all is through, and compares what everybody knows. */
export async function runAtRate(bench: Bench, rate: number, seconds: number): Promise<RunResult> {
  const { server, peer, queue, chats } = bench;
  await peer.ask("report");
  const cpuBefore = await readCpu(server, peer);
  let lateMs = 0;
  const queued: Queued[] = [];
  let rss = 0;
  const begun = Date.now();
  const total = Math.round(rate * seconds);
  while (queued.length < total) {
    const due = Math.min(total, Math.ceil(((Date.now() - begun) * rate) / 1000));
    if (due > queued.length) {
      const nths = Array.from({ length: due - queued.length }, (_, n) => queued.length + n);
      const made = await queue.queue(
        pickChats(chats, nths.length),
        nths.map((nth) => begun + (nth * 1000) / rate),
      );
      queued.push(...made);
      lateMs = Math.max(lateMs, Date.now() - (made[0]?.dueMs ?? 0));
      await server.ask("wake", bench.workspaceId);
    }
    rss = Math.max(rss, await server.ask<number>("rssBytes"));
    await sleep(Math.max(1, TICK_MS - ((Date.now() - begun) % TICK_MS)));
  }
  const drained = await waitUntilDrained(bench, begun + seconds * 1000 + DRAINED_WITHIN_MS);
  const cores = coresBetween(cpuBefore, await readCpu(server, peer), (Date.now() - begun) / 1000);
  return judge(bench, { rate, queued, begun, drained, rss, cores, lateMs });
}

async function waitUntilDrained({ queue }: Bench, inTimeMs: number): Promise<boolean> {
  const giveUpMs = inTimeMs + 60_000;
  while ((await queue.countOpen()) > 0) {
    if (Date.now() > giveUpMs) return false;
    await sleep(100);
  }
  return Date.now() <= inTimeMs;
}

async function judge(
  { peer, queue }: Bench,
  run: {
    readonly rate: number;
    readonly queued: readonly Queued[];
    readonly begun: number;
    readonly drained: boolean;
    readonly rss: number;
    readonly cores: RunResult["cores"];
    readonly lateMs: number;
  },
): Promise<RunResult> {
  const report = await peer.ask<PeerReport>("report");
  const outcomes = await queue.outcomes();
  const atPeer = new Set(report.ids);
  const latencies = run.queued.flatMap(({ id, dueMs }) => {
    const settledAt = outcomes.get(id)?.settledAt;
    return settledAt == null ? [] : [settledAt.getTime() - dueMs];
  });
  const lastMs = Math.max(...run.queued.map(({ id }) => outcomes.get(id)?.settledAt?.getTime() ?? 0));
  const right = run.queued.filter(({ id }) => {
    const outcome = outcomes.get(id);
    return outcome?.state === "accepted" && outcome.line === "accepted" && outcome.hasWamid;
  });
  const p99Ms = quantile(latencies, 0.99);
  const faults = {
    lost: run.queued.filter(({ id }) => !atPeer.has(id)).length,
    twice: report.ids.length - atPeer.size,
    outOfOrder: report.outOfOrder,
    errors: run.queued.length - right.length + report.unexpected,
  };
  const faultless = Object.values(faults).every((count) => count === 0);
  return {
    ...{ rate: run.rate, queued: run.queued.length, ...faults, drained: run.drained },
    acceptedPerS: round((latencies.length * 1000) / Math.max(1, lastMs - run.begun)),
    ...{ p50Ms: round(quantile(latencies, 0.5)), p99Ms: round(p99Ms) },
    held: run.drained && faultless && p99Ms <= HELD_P99_MS,
    rssMb: round(run.rss / 1024 / 1024),
    ...{ mostInASecond: report.mostInASecond, cores: run.cores, lateMs: round(run.lateMs) },
  };
}

/** Any chats, one in ten written to again at once: what is in order by chance proves nothing. */
function pickChats(chats: readonly Chat[], count: number): Chat[] {
  const picked: Chat[] = [];
  while (picked.length < count) {
    const again = Math.random() < 0.1 ? picked.at(-1) : undefined;
    const chat = again ?? chats[Math.floor(Math.random() * chats.length)];
    if (chat !== undefined) picked.push(chat);
  }
  return picked;
}
