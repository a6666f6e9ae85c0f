/** How long the same thing counts as one reading, in ms (architecture.md, "The audit log"). */
const SAME_READING_MS = 5 * 60 * 1000;

/** Readings remembered at once. Ours: the oldest are forgotten first, which writes an event too many and never one too few. */
const MAX_REMEMBERED = 20_000;

/**
 * What a session has read a moment ago: a list, a thread or a file is one read event per session, filter and five
 * minutes. Remember a reading once its event is committed, so that one that rolled back is not taken for recorded.
 */
export class ListReads {
  readonly #seen = new Map<string, number>();

  /** Whether this reading wants an event. */
  isNew(sessionId: string, filter: string, now: Date): boolean {
    const until = this.#seen.get(`${sessionId}/${filter}`);
    return until === undefined || until <= now.getTime();
  }

  remember(sessionId: string, filter: string, now: Date): void {
    const key = `${sessionId}/${filter}`;
    this.#seen.delete(key);
    this.#seen.set(key, now.getTime() + SAME_READING_MS);
    if (this.#seen.size > MAX_REMEMBERED) {
      const oldest = this.#seen.keys().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
  }
}
