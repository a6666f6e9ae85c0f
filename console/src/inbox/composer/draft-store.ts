import type { Message } from "../../../../contract/conversations.ts";

/** What stands in a composer and was not sent. */
export interface Draft {
  readonly text: string;
  readonly files: readonly File[];
  readonly replyTo: Message | null;
}

const EMPTY: Draft = { text: "", files: [], replyTo: null };

/** Drafts by chat, in memory only: the browser's storage would outlive the session. */
export class DraftStore {
  readonly #drafts = new Map<string, Draft>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  read(conversationId: string): Draft {
    return this.#drafts.get(conversationId) ?? EMPTY;
  }

  change(conversationId: string, change: Partial<Draft>): void {
    this.#drafts.set(conversationId, { ...this.read(conversationId), ...change });
    this.#tell();
  }

  drop(conversationId: string): void {
    this.#drafts.delete(conversationId);
    this.#tell();
  }

  clear(): void {
    this.#drafts.clear();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
