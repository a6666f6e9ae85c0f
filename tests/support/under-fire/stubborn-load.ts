import { Pool, type Target } from "../../../bench/support/send-at-rate.ts";
import type { SeededRandom } from "../seeded-random.ts";

/** What came of the POSTs so far. */
export interface LoadReport {
  /** Bodies that have their 200. */
  readonly taken: number;
  /** Attempts by answer; "broken" where the connection ended without one. */
  readonly answers: Readonly<Record<string, number>>;
  /** The longest that an attempt waited for its answer, or for its end, in ms. */
  readonly longestMs: number;
}

/** How long a body waits after its nth refusal, in ms. Meta's figures are hours; the shape is hers. Ours. */
const AGAIN_MS = [50, 200, 500, 1_000];

const TICK_MS = 5;

/**
 * Brings each body to one of some servers, at a steady rate, until it was answered 200: again and again, the same
 * bytes, as Meta does. What has its 200 is never sent again, so whoever loses it has lost it.
 */
export class StubbornLoad implements AsyncDisposable {
  readonly #pools: readonly Pool[];
  readonly #random: SeededRandom;
  readonly #waiting: Array<{ readonly request: Buffer; readonly refusals: number }> = [];
  readonly #answers = new Map<string, number>();
  readonly #ended = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;
  #open = 0;
  #taken = 0;
  #longestMs = 0;
  #offered = 0;
  #isEnough = false;

  constructor(targets: readonly Target[], random: SeededRandom) {
    this.#pools = targets.map((target) => new Pool(target));
    this.#random = random;
    for (const pool of this.#pools) pool.onFree = () => this.#dispatch();
  }

  /** Begins to bring these, `rate` a second. Once only. */
  start(requests: readonly Buffer[], rate: number): void {
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      const due = this.#isEnough
        ? this.#offered
        : Math.min(requests.length, Math.ceil(((performance.now() - startedAt) / 1000) * rate));
      for (; this.#offered < due; this.#offered += 1) {
        this.#open += 1;
        this.#waiting.push({ request: requests[this.#offered] as Buffer, refusals: 0 });
      }
      this.#dispatch();
      if (due === this.#offered && this.#open === 0 && this.#isEnough) this.#end();
    }, TICK_MS);
  }

  get report(): LoadReport {
    return {
      taken: this.#taken,
      answers: Object.fromEntries(this.#answers),
      longestMs: this.#longestMs,
    };
  }

  /** Begins none anew, and resolves when all that were begun have their 200: to how many those were. */
  async finish(): Promise<number> {
    this.#isEnough = true;
    await this.#ended.promise;
    return this.#offered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    for (const pool of this.#pools) await pool[Symbol.asyncDispose]();
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#ended.resolve();
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const first = Math.floor(this.#random.next() * this.#pools.length);
      const order = [...this.#pools.slice(first), ...this.#pools.slice(0, first)];
      let connection: ReturnType<Pool["take"]>;
      for (const pool of order) connection ??= pool.take();
      const next = connection === undefined ? undefined : this.#waiting.shift();
      if (connection === undefined || next === undefined) return;
      const sentAt = performance.now();
      connection.send(next.request, (status) => {
        this.#longestMs = Math.max(this.#longestMs, performance.now() - sentAt);
        this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
        if (status === "200") this.#take();
        else this.#again(next.request, next.refusals + 1);
      });
    }
  }

  #take(): void {
    this.#taken += 1;
    this.#open -= 1;
  }

  #again(request: Buffer, refusals: number): void {
    const ms = AGAIN_MS[refusals - 1] ?? AGAIN_MS.at(-1) ?? 0;
    setTimeout(() => this.#waiting.push({ request, refusals }), ms);
  }
}
