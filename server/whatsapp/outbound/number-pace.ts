import type { OpenRow } from "./claim-rows.ts";
import type { Outcome } from "./outcome.ts";
import { numberBackoffMs, numberBucket, PairPace, pairBackoffMs, type TokenBucket } from "./pace.ts";

/**
 * When a number may send and how much: Meta's rates for it and for each of its contacts, and how long it rests after
 * a setback. In memory: after a restart Meta's refusals teach it anew.
 */
export class NumberPace {
  readonly #pairs = new PairPace();
  #bucket: { readonly throughput: number; readonly tokens: TokenBucket } | undefined;
  #restsUntil = 0;
  #setbacks = 0;

  rests(now: Date): boolean {
    return now.getTime() < this.#restsUntil;
  }

  rest(ms: number, now: Date): void {
    this.#restsUntil = now.getTime() + ms;
  }

  /** Messages that the number's own rate allows at `now`, of `throughput` a second. */
  allowed(throughput: number, now: Date): number {
    if (this.#bucket?.throughput !== throughput) {
      this.#bucket = { throughput, tokens: numberBucket(throughput, now) };
    }
    return this.#bucket.tokens.available(now);
  }

  /** Above zero only while the number's own rate is what holds it. */
  msUntilAllowed(now: Date): number {
    return this.#bucket?.tokens.msUntilOne(now) ?? 0;
  }

  listHeldContacts(now: Date): string[] {
    return this.#pairs.listExhausted(now);
  }

  count({ kind, contactId }: OpenRow, now: Date): void {
    this.#bucket?.tokens.take(1, now);
    if (kind === "message") this.#pairs.take(contactId, now);
  }

  /** When the row of this outcome may go again; the number rests where the outcome is about all of it. */
  dueAfter({ attempts }: Pick<OpenRow, "attempts">, outcome: Outcome, now: Date): Date {
    if (outcome.kind === "accepted") this.#setbacks = 0;
    if (outcome.kind !== "again") return now;
    if (outcome.holds === "contact") return new Date(now.getTime() + pairBackoffMs(attempts));
    // All that were on their way together fail together: one setback, not one each.
    if (!this.rests(now)) {
      this.#setbacks += 1;
      this.rest(outcome.waitMs ?? numberBackoffMs(this.#setbacks), now);
    }
    return new Date(this.#restsUntil);
  }
}
