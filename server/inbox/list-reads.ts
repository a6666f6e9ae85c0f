/** How long the same list counts as one reading, in ms (architecture.md, "The audit log"). */
const SAME_READING_MS = 5 * 60 * 1000;

/** Readings remembered at once. Ours: the oldest are forgotten first, which writes an event too many and never one too few. */
const MAX_REMEMBERED = 20_000;

/** Which lists a session has read a moment ago: a list is one read event per session, filter and five minutes. */
export class ListReads {
  readonly #seen = new Map<string, number>();

  /** Whether this reading wants an event; remembers it. */
  isNew(sessionId: string, filter: string, now: Date): boolean {
    const key = `${sessionId}/${filter}`;
    const until = this.#seen.get(key);
    if (until !== undefined && until > now.getTime()) return false;
    this.#seen.delete(key);
    this.#seen.set(key, now.getTime() + SAME_READING_MS);
    if (this.#seen.size > MAX_REMEMBERED) {
      const oldest = this.#seen.keys().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
    return true;
  }
}
