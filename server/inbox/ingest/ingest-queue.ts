import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { IngestPart } from "./part.ts";

export interface IngestQueueOptions {
  /** Commits a batch of one workspace; resolves once it is durable. Takes care of its own retries. */
  readonly commit: (workspaceId: WorkspaceId, parts: readonly IngestPart[]) => Promise<void>;
  /** How many transactions run at once. */
  readonly writers: number;
  /** Updates that may wait. Beyond it a POST is refused and Meta sends it again. */
  readonly maxWaiting: number;
  /** Updates in one transaction at the most. */
  readonly maxBatch: number;
}

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
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(options: IngestQueueOptions) {
    this.#options = options;
  }

  /** Updates that wait for a transaction. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when the part is durable; refuses with `ingest.queue_full` or `ingest.closing`. */
  submit(part: IngestPart): Promise<void> {
    if (this.#closed) return Promise.reject(new Refusal("unavailable", "ingest.closing"));
    if (this.#waiting + part.updates.length > this.#options.maxWaiting && this.#waiting > 0) {
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
    try {
      await this.#options.commit(
        lane.workspaceId,
        batch.map((waiting) => waiting.part),
      );
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
