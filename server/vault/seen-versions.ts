/** Rows remembered. Ours: all of a large installation that are in use; each is some 150 bytes. */
const MAX_ROWS = 50_000;

/** A read that began before a newer version was seen may still arrive; for this long in ms it is no roll-back. Ours. */
const OVERTAKEN_MS = 5_000;

interface Seen {
  readonly version: number;
  /** When this version was first seen, on a clock that only goes forward, in ms. */
  readonly at: number;
}

/**
 * The highest version seen of each row that gives power. A row put back as it was some versions ago carries a MAC that
 * fits: only somebody who remembers can tell. Bounded: the rows used longest ago are forgotten first.
 */
export class SeenVersions {
  readonly #rows = new Map<string, Seen>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  isNewest(row: string, version: number): boolean {
    const seen = this.#rows.get(row);
    if (seen !== undefined && version < seen.version) return this.#now() - seen.at < OVERTAKEN_MS;
    this.#rows.delete(row);
    this.#rows.set(row, seen?.version === version ? seen : { version, at: this.#now() });
    this.#forgetOldest();
    return true;
  }

  /** The row has ended for good: whatever is put back in its place is old. */
  end(row: string): void {
    this.isNewest(row, Number.MAX_SAFE_INTEGER);
  }

  wasNever(row: string): boolean {
    const seen = this.#rows.get(row);
    return seen === undefined || this.#now() - seen.at < OVERTAKEN_MS;
  }

  #forgetOldest(): void {
    if (this.#rows.size <= MAX_ROWS) return;
    const [oldest] = this.#rows.keys();
    if (oldest !== undefined) this.#rows.delete(oldest);
  }
}
