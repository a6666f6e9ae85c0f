import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SeededRandom } from "../seeded-random.ts";
import type { TestSession } from "../test-session.ts";

/** How long a console waits before it asks again, in ms. Ours. */
const AGAIN_MS = 250;

/** Clicks without an answer at once; a person clicks no further then. Ours, below what one person may ask in a minute. */
const MAX_OPEN = 4;

/**
 * An agent who answers one chat after the other, a message every `everyMs`, in whichever console answers. A click whose
 * answer is lost asks again with the same id until it has one, as the console does.
 */
export class Clicks implements AsyncDisposable {
  readonly #sessions: readonly TestSession[];
  readonly #chats: readonly string[];
  readonly #random: SeededRandom;
  readonly #answered = new Map<string, string>();
  readonly #refused = new Map<number, number>();
  readonly #open = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(sessions: readonly TestSession[], chats: readonly string[], random: SeededRandom) {
    this.#sessions = sessions;
    this.#chats = chats;
    this.#random = random;
  }

  start(everyMs: number): void {
    this.#timer = setInterval(() => {
      if (this.#open.size >= MAX_OPEN) return;
      const click: Promise<void> = this.#click().finally(() => this.#open.delete(click));
      this.#open.add(click);
    }, everyMs);
  }

  /** No more clicks; resolves to the message of each, by the click's id, once all have an answer. */
  async finish(): Promise<ReadonlyMap<string, string>> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    return this.#answered;
  }

  /** Answers that were not 200, by status. */
  get refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.finish();
    for (const session of this.#sessions) await session.close();
  }

  async #click(): Promise<void> {
    const [clientId, chat] = [randomUUID(), this.#random.pick(this.#chats)];
    const body = { kind: "text", clientId, text: `Yes, it is here. (${clientId})` };
    while (!this.#isOver) {
      const session = this.#random.pick(this.#sessions);
      const answer = await session
        .api("POST", `/conversations/${chat}/messages`, body)
        .catch(() => undefined);
      if (answer?.status === 200) {
        this.#answered.set(clientId, answer.body.id);
        return;
      }
      if (answer !== undefined) this.#refused.set(answer.status, (this.#refused.get(answer.status) ?? 0) + 1);
      await sleep(Number(answer?.headers["retry-after"] ?? 0) * 1_000 || AGAIN_MS);
    }
  }
}
