import type { When } from "./fault.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Counts what a rule could strike and says which of it it does. */
export class FaultSchedule {
  readonly #when: When;
  readonly #random: SeededRandom;
  seen = 0;
  struck = 0;

  constructor(when: When, random: SeededRandom) {
    this.#when = when;
    this.#random = random;
  }

  get isOver(): boolean {
    return this.#when.times !== undefined && this.struck >= this.#when.times;
  }

  /** Counts one; true when it is struck. A probability is drawn for each, so that the draws do not depend on the rest. */
  strikes(): boolean {
    if (this.isOver) return false;
    this.seen += 1;
    const { skip = 0, every = 1, probability } = this.#when;
    const isDrawn = probability === undefined || this.#random.next() < probability;
    const isTurn = this.seen > skip && (this.seen - skip) % every === 0;
    if (!isDrawn || !isTurn) return false;
    this.struck += 1;
    return true;
  }
}
