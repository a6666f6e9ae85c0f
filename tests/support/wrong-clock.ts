/** The true time, which the test moves, and a machine whose clock may be off. Nothing here runs by itself. */
export class WrongClock {
  /** What Meta's clock and everybody's phone say. */
  trueMs: number;
  /** How far the machine's clock is ahead. */
  offMs = 0;

  constructor(start: Date) {
    this.trueMs = start.getTime();
  }

  /** The machine's clock. */
  readonly machine = (): Date => new Date(this.trueMs + this.offMs);

  get now(): Date {
    return new Date(this.trueMs);
  }

  pass(ms: number): void {
    this.trueMs += ms;
  }
}
