/** So many at once; whoever comes later waits for an end, in the order of coming. */
export class Turns {
  readonly #waiting: Array<() => void> = [];
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves when it is one's turn. `end` it once, whatever happens. */
  async take(): Promise<{ end(): void }> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((begin) => this.#waiting.push(begin));
    return { end: () => this.#end() };
  }

  /** The place goes from hand to hand: nobody who comes in between can take it. */
  #end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
