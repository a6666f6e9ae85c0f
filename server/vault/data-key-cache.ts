import type { WorkspaceId } from "../platform/ids.ts";
import type { DataKey } from "./data-key.ts";

/**
 * Ours: at about 2 KB each, 100 MB at most, and a Wardroom has two of them: one for who reads, one for what comes in. With
 * fewer, a busy day's conversations are unwrapped again and again.
 */
const DEFAULT_LIMIT = 50_000;

/** Unwrapped data keys of committed rows, the least recently used forgotten first. */
export class DataKeyCache {
  readonly #limit: number;
  /** In order of use: a Map keeps the order of insertion. */
  readonly #byHexId = new Map<string, DataKey>();
  readonly #bySubject = new Map<string, DataKey>();
  #destructions = 0;

  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byHexId.size;
  }

  /** How often keys were forgotten because somebody may have destroyed them. */
  get destructions(): number {
    return this.#destructions;
  }

  find(workspaceId: WorkspaceId, hexId: string): DataKey | undefined {
    const key = this.#byHexId.get(hexId);
    if (key === undefined || key.workspaceId !== workspaceId) return undefined;
    this.#byHexId.delete(hexId);
    this.#byHexId.set(hexId, key);
    return key;
  }

  /** Whether a key for `subject` existed when last seen. A hint: the row may be destroyed by now. */
  knowsSubject(workspaceId: WorkspaceId, subject: string): boolean {
    return this.#bySubject.get(subject)?.workspaceId === workspaceId;
  }

  /**
   * Only after the commit of the transaction that saw the key's row: it may be the one that made it. `seenAt` is the
   * count of destructions from before the row was read. If there was one since, this may be the key that it destroyed,
   * and it is not kept: the next who needs it asks the database.
   */
  add(key: DataKey, seenAt: number): void {
    if (seenAt !== this.#destructions) return;
    this.forget(key.hexId);
    this.#byHexId.set(key.hexId, key);
    this.#bySubject.set(key.subject, key);
    if (this.#byHexId.size <= this.#limit) return;
    for (const oldest of this.#byHexId.keys()) {
      this.forget(oldest);
      break;
    }
  }

  /** These are destroyed, or may be. */
  forgetDestroyed(hexIds: readonly string[]): void {
    this.#destructions += 1;
    for (const hexId of hexIds) this.forget(hexId);
  }

  /** Somebody may have destroyed any of them. */
  clear(): void {
    this.#destructions += 1;
    this.#byHexId.clear();
    this.#bySubject.clear();
  }

  forget(hexId: string): void {
    const key = this.#byHexId.get(hexId);
    if (key === undefined) return;
    this.#byHexId.delete(hexId);
    if (this.#bySubject.get(key.subject) === key) this.#bySubject.delete(key.subject);
  }
}
