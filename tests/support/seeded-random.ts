import { randomInt } from "node:crypto";

/** Chance that can be had again: a round that fails prints its seed, and WARDROOM_SEED brings the same moments back. */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed = Number(process.env["WARDROOM_SEED"] ?? randomInt(1, 2 ** 31))) {
    this.seed = seed;
    this.#state = seed;
    // At once: a round that fails says nothing at its end.
    console.log(`WARDROOM_SEED=${seed}`);
  }

  /** From 0 up to 1 (mulberry32, Tommy Ettinger, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error("there is nothing to pick from");
    return item;
  }
}
