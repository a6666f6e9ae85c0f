/** So many at once, refilled at a steady rate. Times are given, so that a test can stand at any of them. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perMs: number;
  #tokens: number;
  #at: number;

  constructor({ capacity, perSecond, now }: { capacity: number; perSecond: number; now: Date }) {
    this.#capacity = capacity;
    this.#perMs = perSecond / 1000;
    this.#tokens = capacity;
    this.#at = now.getTime();
  }

  /** Whole tokens there are at `now`. */
  available(now: Date): number {
    this.#refill(now);
    // Refilling by fractions of a binary number would leave 0.9999 of a token after its whole time.
    return Math.floor(this.#tokens + 1e-6);
  }

  /** Takes `count`, also into debt: the caller has asked before. */
  take(count: number, now: Date): void {
    this.#refill(now);
    this.#tokens -= count;
  }

  msUntilOne(now: Date): number {
    return this.available(now) >= 1 ? 0 : Math.ceil((1 - this.#tokens) / this.#perMs);
  }

  isFull(now: Date): boolean {
    return this.available(now) >= this.#capacity;
  }

  #refill(now: Date): void {
    const passed = Math.max(0, now.getTime() - this.#at);
    this.#tokens = Math.min(this.#capacity, this.#tokens + passed * this.#perMs);
    this.#at = Math.max(this.#at, now.getTime());
  }
}

/**
 * A number's own rate as a bucket: at most `throughput` in any second, burst and refill together, so that Meta's
 * counting by the second never sees more. Meta counts inbound messages in as well (facts.md, 2.3); those we cannot
 * hold back, and the throttle answers tell.
 */
export function numberBucket(throughput: number, now: Date): TokenBucket {
  const capacity = Math.max(1, Math.floor(throughput / 10));
  return new TokenBucket({ capacity, perSecond: Math.max(1, throughput - capacity), now });
}

/** How long an answer of Meta's may take without slowing a number down, in s. Ours: sends take 0.1 to 0.4 s. */
const ANSWERED_WITHIN_S = 0.4;

/** Posts on their way at once for a number of this throughput. Ours: each holds a connection and a place in memory. */
export function inFlightAllowed(throughput: number): number {
  return Math.max(MIN_IN_FLIGHT, Math.min(MAX_IN_FLIGHT, Math.ceil(throughput * ANSWERED_WITHIN_S)));
}

const MIN_IN_FLIGHT = 32;
const MAX_IN_FLIGHT = 400;

/** To one person: 1 message in 6 s, and up to 45 at once, borrowed from later. Source: Meta, "Rate limits" (facts.md, 2.3). */
const PAIR_BURST = 45;
const PAIR_PER_SECOND = 1 / 6;

/** Contacts remembered at most. Ours: those who are at rest are forgotten first. */
const MAX_PAIRS = 10_000;

/** What each contact of a number may still get. In memory: after a restart Meta's 131056 corrects us. */
export class PairPace {
  readonly #buckets = new Map<string, TokenBucket>();

  take(contactId: string, now: Date): void {
    if (this.#buckets.size >= MAX_PAIRS) this.#forgetRested(now);
    const known = this.#buckets.get(contactId);
    const bucket = known ?? new TokenBucket({ capacity: PAIR_BURST, perSecond: PAIR_PER_SECOND, now });
    bucket.take(1, now);
    this.#buckets.set(contactId, bucket);
  }

  /** Contacts who may get nothing at `now`. */
  listExhausted(now: Date): string[] {
    return [...this.#buckets]
      .filter(([, bucket]) => bucket.available(now) < 1)
      .map(([contactId]) => contactId);
  }

  #forgetRested(now: Date): void {
    for (const [contactId, bucket] of this.#buckets) {
      if (bucket.isFull(now)) this.#buckets.delete(contactId);
    }
  }
}

/**
 * How long to wait after the nth throttle for one person, in ms: 4^X seconds, X from 0. Source: Meta, "Rate limits".
 * Held at 17 minutes (ours): the window would close over longer waits.
 */
export function pairBackoffMs(failures: number): number {
  return 4 ** Math.min(Math.max(0, failures - 1), 5) * 1000;
}

/** How long a number waits after the nth throttle or lost connection in a row, in ms. Ours; Meta documents no Retry-After. */
export function numberBackoffMs(failures: number): number {
  return Math.min(2 ** Math.max(0, failures - 1), 60) * 1000;
}
