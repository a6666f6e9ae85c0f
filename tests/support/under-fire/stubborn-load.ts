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
 * Bodies under way or waiting, per connection, beyond which no new one is begun. Ours: this load asks what is kept and
 * not how fast, and a backlog of minutes would only make a slow machine slower.
 */
const OPEN_PER_CONNECTION = 4;

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
  readonly #maxOpen: number;
  #timer: NodeJS.Timeout | undefined;
  #open = 0;
  #taken = 0;
  #longestMs = 0;
  #offered = 0;
  #isEnough = false;

  constructor(targets: readonly Target[], random: SeededRandom) {
    this.#pools = targets.map((target) => new Pool(target));
    this.#random = random;
    this.#maxOpen = OPEN_PER_CONNECTION * targets.reduce((sum, { connections }) => sum + connections, 0);
    for (const pool of this.#pools) pool.onFree = () => this.#dispatch();
  }

  /** Begins to bring these, `rate` a second. Once only. */
  start(requests: readonly Buffer[], rate: number): void {
    let [due, lastAt] = [0, performance.now()];
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (!this.#isEnough) due += ((now - lastAt) / 1000) * rate;
      lastAt = now;
      for (; due >= 1; due -= 1) this.#begin(requests);
      this.#dispatch();
      if (this.#isEnough && this.#open === 0) this.#end();
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

  #begin(requests: readonly Buffer[]): void {
    const request = requests[this.#offered];
    if (request === undefined || this.#open >= this.#maxOpen) return;
    this.#offered += 1;
    this.#open += 1;
    this.#waiting.push({ request, refusals: 0 });
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
