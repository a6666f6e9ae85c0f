/**
 * A few whole numbers that the intake thread writes and the main thread reads, without a message: whether more may come is
 * asked for every POST.
 */
export class IntakeGauges {
  readonly shared: SharedArrayBuffer;
  readonly #values: Int32Array;

  constructor(shared = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#values = new Int32Array(shared);
  }

  get isFull(): boolean {
    return Atomics.load(this.#values, 0) === 1;
  }

  set isFull(isFull: boolean) {
    Atomics.store(this.#values, 0, isFull ? 1 : 0);
  }

  /** Updates that wait for a transaction. */
  get waiting(): number {
    return Atomics.load(this.#values, 1);
  }

  set waiting(updates: number) {
    Atomics.store(this.#values, 1, updates);
  }

  /** Whether the thread began to read the frame of this number. Numbers may go round at 32 bits: it is days behind by then. */
  hasBegun(frame: number): boolean {
    return ((frame - Atomics.load(this.#values, 2)) | 0) <= 0;
  }

  /** Frames are begun in the order of their numbers, from 1. */
  noteBegun(frame: number): void {
    Atomics.store(this.#values, 2, frame);
  }
}
