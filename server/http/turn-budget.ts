import { performance } from "node:perf_hooks";

/**
 * How long of one turn of the event loop may go into work that can be refused. When more connections have something to
 * say than the thread can serve, all of them are read in one turn, and whoever shares the thread waits for the end of it
 * at each step: a turn that is too long is the first sign of it, and comes before any queue of ours fills.
 */
export class TurnBudget {
  readonly #budgetMs: number;
  readonly #stopwatch: () => number;
  #startedAt: number | undefined;

  constructor(budgetMs: number, stopwatch: () => number = () => performance.now()) {
    this.#budgetMs = budgetMs;
    this.#stopwatch = stopwatch;
  }

  /** Whether this turn has lasted too long since this was first asked in it. */
  isSpent(): boolean {
    const now = this.#stopwatch();
    if (this.#startedAt !== undefined) return now - this.#startedAt > this.#budgetMs;
    this.#startedAt = now;
    setImmediate(() => {
      this.#startedAt = undefined;
    });
    return false;
  }
}
