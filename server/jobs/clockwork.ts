import type { Logger } from "../platform/log.ts";

/** A piece of periodic work. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /**
   * Does what is due. Must be safe to run in two processes at once, and to be cut off anywhere. `ended` tells long
   * work to stop at the next place where it may.
   */
  readonly run: (ended: AbortSignal) => Promise<void>;
}

/**
 * Runs each job at its interval, the first time at once, never two of one job at a time in this process. A job that
 * fails is logged and runs again at its next time.
 */
export class Clockwork implements AsyncDisposable {
  readonly #log: Logger;
  readonly #jobs = new Map<
    string,
    { readonly job: Job; running: Promise<void> | undefined; again: boolean }
  >();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #ended = new AbortController();

  constructor(jobs: readonly Job[], log: Logger) {
    this.#log = log;
    for (const job of jobs) this.#jobs.set(job.name, { job, running: undefined, again: false });
  }

  start(): void {
    for (const { job } of this.#jobs.values()) {
      this.wake(job.name);
      this.#timers.push(setInterval(() => this.wake(job.name), job.everyMs));
    }
  }

  /** Runs a job now, or once more after the run that is under way. */
  wake(name: string): void {
    const entry = this.#jobs.get(name);
    if (entry === undefined || this.#ended.signal.aborted) return;
    if (entry.running !== undefined) {
      entry.again = true;
      return;
    }
    entry.running = entry.job
      .run(this.#ended.signal)
      .catch((error: unknown) => this.#log.error({ err: error, job: name }, "a job failed"))
      .finally(() => {
        entry.running = undefined;
        if (!entry.again) return;
        entry.again = false;
        this.wake(name);
      });
  }

  /** Starts nothing more and waits for what runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([...this.#jobs.values()].map(({ running }) => running));
  }
}
