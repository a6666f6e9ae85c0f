import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The answers of a process, by the name of the question. */
export type Answers = Readonly<Record<string, (input: never) => unknown>>;

interface Question {
  readonly nth: number;
  readonly name: string;
  readonly input: unknown;
}

interface Reply {
  readonly nth: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Another process of the bench, and what it answers. Disposing it ends it. */
export class BenchProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  #count = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (message) => this.#settle(message as Reply));
    child.on("exit", (code) => {
      for (const { reject } of this.#open.values())
        reject(new Error(`a process of the bench ended: ${code}`));
    });
  }

  /** Starts a file of this folder. */
  static start(
    file: string,
    options: { readonly env?: Readonly<Record<string, string>>; readonly flags?: readonly string[] } = {},
  ): BenchProcess {
    const child = fork(join(import.meta.dirname, file), {
      execArgv: [...(options.flags ?? [])],
      env: { ...process.env, ...options.env },
      serialization: "advanced",
      // Standard output is for the result of the bench.
      stdio: ["ignore", 2, 2, "ipc"],
    });
    return new BenchProcess(child);
  }

  async ask<Answer>(name: string, input: unknown = undefined): Promise<Answer> {
    const nth = this.#count++;
    const asked = Promise.withResolvers<unknown>();
    this.#open.set(nth, asked);
    this.#child.send({ nth, name, input } satisfies Question);
    return (await asked.promise) as Answer;
  }

  #settle({ nth, value, error }: Reply): void {
    const asked = this.#open.get(nth);
    this.#open.delete(nth);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}

/** The other end: answers questions until its parent is gone, then runs `end` and is gone, too. */
export function answerParent(answers: Answers, end: () => Promise<void>): void {
  process.on("message", async ({ nth, name, input }: Question) => {
    try {
      const value = await answers[name]?.(input as never);
      process.send?.({ nth, value } satisfies Reply);
    } catch (error) {
      process.send?.({
        nth,
        error: error instanceof Error ? `${error.stack}` : String(error),
      } satisfies Reply);
    }
  });
  process.on("disconnect", () => void end().finally(() => process.exit()));
  // The parent ends its children itself: an interrupt of the terminal reaches all of them at once.
  process.on("SIGINT", () => undefined);
}
