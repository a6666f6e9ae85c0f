/** Gathers things until there are enough of them or the first has waited long enough, then lets all go together. */
export class HoldingPen<T> {
  readonly #release: (held: readonly T[]) => void;
  readonly #size: number;
  readonly #maxWaitMs: number | undefined;
  #held: T[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    /** Infinity: only `open` lets them go. */
    readonly size: number;
    readonly maxWaitMs?: number;
    readonly release: (held: readonly T[]) => void;
  }) {
    this.#release = options.release;
    this.#size = options.size;
    this.#maxWaitMs = options.maxWaitMs;
  }

  get heldCount(): number {
    return this.#held.length;
  }

  hold(one: T): void {
    this.#held.push(one);
    if (this.#held.length >= this.#size) this.open();
    else if (this.#maxWaitMs !== undefined) this.#timer ??= setTimeout(() => this.open(), this.#maxWaitMs);
  }

  open(): void {
    this.close();
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) this.#release(held);
  }

  /** Lets nothing go by itself any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
