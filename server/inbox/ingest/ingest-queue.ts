import { performance } from "node:perf_hooks";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { IngestPart } from "./part.ts";

export interface IngestQueueOptions {
  /** Commits a batch of one workspace; resolves once it is durable. Takes care of its own retries. */
  readonly commit: (workspaceId: WorkspaceId, parts: readonly IngestPart[]) => Promise<void>;
  /** How many transactions run at once. */
  readonly writers: number;
  /** Updates that may wait at the most. Beyond it a POST is refused and Meta sends it again. */
  readonly maxWaiting: number;
  /** How long an update may have to wait for its transaction, in ms, as far as the pace of late tells. */
  readonly maxWaitMs: number;
  /** Updates in one transaction at the most. */
  readonly maxBatch: number;
  /** Milliseconds that only go forward; `performance.now` unless told. */
  readonly stopwatch?: () => number;
}

/** How much the newest batch says about the pace. Ours: ten batches, a second or two, and the past is forgotten. */
const PACE_WEIGHT = 0.2;

interface Waiting {
  readonly part: IngestPart;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly name: string;
  readonly workspaceId: WorkspaceId;
  readonly waiting: Waiting[];
  busy: boolean;
}

/**
 * Between the POSTs and the transactions. A few writers each take all that waits for the workspace that has waited
 * longest; no timer holds anything back, so an idle system commits at once and a busy one in batches. One writer at
 * a time works for a strand of a workspace: two would only meet at the same rows.
 */
export class IngestQueue {
  readonly #options: IngestQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with work and no writer, in the order in which they began to wait. */
  readonly #ready: Lane[] = [];
  #running = 0;
  #waiting = 0;
  /** Updates committed a millisecond, all writers together, as of late; undefined before the first. */
  #pace: number | undefined;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(options: IngestQueueOptions) {
    this.#options = options;
  }

  /** Updates that wait for a transaction. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether it refuses what comes now, as long as it stays like this. */
  get isFull(): boolean {
    return this.#closed || this.#waiting >= this.#mayWait();
  }

  /** Resolves when the part is durable; refuses with `ingest.queue_full` or `ingest.closing`. */
  submit(part: IngestPart): Promise<void> {
    if (this.#closed) return Promise.reject(new Refusal("unavailable", "ingest.closing"));
    if (this.#waiting + part.updates.length > this.#mayWait() && this.#waiting > 0) {
      return Promise.reject(new Refusal("unavailable", "ingest.queue_full", { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      const lane = this.#laneOf(part);
      lane.waiting.push({ part, resolve, reject });
      this.#waiting += part.updates.length;
      if (!lane.busy && lane.waiting.length === 1) this.#ready.push(lane);
      this.#start();
    });
  }

  /** Takes nothing more in and resolves when all that was accepted is durable or refused. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running === 0 && this.#ready.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  /** What the writers get done in the time that an update may wait; never less than one batch for each of them. */
  #mayWait(): number {
    const { maxWaiting, maxWaitMs, maxBatch, writers } = this.#options;
    if (this.#pace === undefined) return maxWaiting;
    return Math.min(maxWaiting, Math.max(writers * maxBatch, this.#pace * maxWaitMs));
  }

  #notePace(batch: readonly Waiting[], ms: number): void {
    const updates = batch.reduce((sum, { part }) => sum + part.updates.length, 0);
    const pace = (updates / Math.max(ms, 1)) * this.#options.writers;
    this.#pace = this.#pace === undefined ? pace : this.#pace + (pace - this.#pace) * PACE_WEIGHT;
  }

  #laneOf({ workspaceId, strand = 0 }: IngestPart): Lane {
    const name = `${workspaceId}/${strand}`;
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane: Lane = { name, workspaceId, waiting: [], busy: false };
    this.#lanes.set(name, lane);
    return lane;
  }

  #start(): void {
    while (this.#running < this.#options.writers) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      this.#running += 1;
      lane.busy = true;
      void this.#write(lane);
    }
  }

  async #write(lane: Lane): Promise<void> {
    const batch = this.#takeBatch(lane);
    const stopwatch = this.#options.stopwatch ?? (() => performance.now());
    const startedAt = stopwatch();
    try {
      await this.#options.commit(
        lane.workspaceId,
        batch.map((waiting) => waiting.part),
      );
      this.#notePace(batch, stopwatch() - startedAt);
      for (const waiting of batch) waiting.resolve();
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
    this.#running -= 1;
    lane.busy = false;
    if (lane.waiting.length > 0) this.#ready.push(lane);
    else this.#lanes.delete(lane.name);
    this.#start();
    if (this.#running === 0 && this.#ready.length === 0) this.#idle?.();
  }

  #takeBatch(lane: Lane): Waiting[] {
    let updates = 0;
    let count = 0;
    for (const { part } of lane.waiting) {
      if (count > 0 && updates + part.updates.length > this.#options.maxBatch) break;
      updates += part.updates.length;
      count += 1;
    }
    this.#waiting -= updates;
    return lane.waiting.splice(0, count);
  }
}
