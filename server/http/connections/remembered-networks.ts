/** How many are remembered. Ours: beyond it the one noted longest ago is forgotten. */
const MAX_REMEMBERED = 10_000;

/** Networks of which something was found out, for a while. Times are of the stopwatch. */
export class RememberedNetworks {
  readonly #until = new Map<string, number>();
  readonly #forMs: number;

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  note(network: string, nowMs: number): void {
    this.#until.delete(network);
    this.#until.set(network, nowMs + this.#forMs);
    const oldest = this.#until.keys().next();
    if (this.#until.size > MAX_REMEMBERED && !oldest.done) this.#until.delete(oldest.value);
  }

  has(network: string, nowMs: number): boolean {
    return (this.#until.get(network) ?? 0) > nowMs;
  }
}
