/** One call of a pulse. Times in ms, the due time as Unix time. */
export interface Beat {
  readonly dueAt: number;
  /** From when it was due to its answer. */
  readonly tookMs: number;
  /** The status of the answer; "broken" where there was none. */
  readonly status: string;
}

/** Calls the same thing again and again at a constant rate, whatever the answers, and writes down how each went. */
export class Pulse implements AsyncDisposable {
  readonly beats: Beat[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #open = new Set<Promise<void>>();

  constructor(everyMs: number, call: () => Promise<string>) {
    let dueAt = now() + everyMs;
    this.#timer = setInterval(() => {
      for (; dueAt <= now(); dueAt += everyMs) this.#beat(dueAt, call);
    }, 5);
  }

  between(from: number, to: number): readonly Beat[] {
    return this.beats.filter(({ dueAt }) => dueAt >= from && dueAt < to);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #beat(dueAt: number, call: () => Promise<string>): void {
    const beat: Promise<void> = call()
      .catch(() => "broken")
      .then((status) => void this.beats.push({ dueAt, tookMs: now() - dueAt, status }))
      .finally(() => this.#open.delete(beat));
    this.#open.add(beat);
  }
}

/** What share of the beats took no longer than this, in ms; 0 of none. */
export function percentile(beats: readonly Beat[], share: number): number {
  const sorted = beats.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

/** Unix time in ms that never goes back. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
