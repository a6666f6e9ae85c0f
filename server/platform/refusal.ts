/** Why an operation said no, in words every transport can translate. */
export type RefusalKind =
  | "invalid" // the request contradicts itself or a rule
  | "unauthenticated" // we do not know who is asking
  | "held" // we know, and this session may do nothing until it has done one thing
  | "forbidden" // we know, and they may not
  | "not_found" // absent, or hidden from this actor; the two look alike on purpose
  | "conflict" // true a moment ago; read again and retry
  | "too_large"
  | "rate_limited"
  | "unavailable"; // a dependency is down; retry later

/**
 * An expected "no". Operations throw it; the edge turns it into a reply.
 *
 * Anything else that is thrown is a bug or an outage, and the caller learns
 * nothing about it beyond a request id.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly kind: RefusalKind;
  /** Stable, documented in docs/errors.md and safe to show, e.g. "inbox.conversation_closed". */
  readonly code: string;
  /** Seconds until a retry makes sense, where known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: RefusalKind, code: string, options: ErrorOptions & { retryAfterSeconds?: number } = {}) {
    super(`${kind}: ${code}`, options);
    this.kind = kind;
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
