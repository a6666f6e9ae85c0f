export type MediaFaultCode =
  | "media.too_large"
  | "media.hash_mismatch"
  | "media.expired" // Meta does not have it any more
  | "media.unreachable"
  | "media.refused_address" // an address that no token of ours goes to
  | "media.not_stored" // our own disk
  | "media.erased"; // the contact's keys are gone

/** Why a file could not be had. Kept as the row's `failure` and shown by its code. */
export class MediaFault extends Error {
  override readonly name = "MediaFault";
  readonly code: MediaFaultCode;

  constructor(code: MediaFaultCode, options: ErrorOptions = {}) {
    super(code, options);
    this.code = code;
  }
}

const SECOND_MS = 1_000;

/** How often each is tried. A refusal or a size does not change; Meta's ids end after 7 days, and ours before. */
const MAX_ATTEMPTS: Readonly<Record<MediaFaultCode, number>> = {
  "media.too_large": 1,
  "media.refused_address": 1,
  "media.erased": 1,
  "media.hash_mismatch": 3,
  "media.expired": 3,
  "media.unreachable": 14,
  "media.not_stored": 14,
};

const FIRST_WAIT_MS = 5 * SECOND_MS;
const LONGEST_WAIT_MS = 12 * 60 * 60 * SECOND_MS;

/**
 * How long to wait after the n-th attempt (from 1), in ms; null when it was the last. Tripled each time up to half a
 * day: the 14 attempts at something unreachable reach over 2 days.
 */
export function decideRetry(code: MediaFaultCode, attempts: number): number | null {
  if (attempts >= MAX_ATTEMPTS[code]) return null;
  return Math.min(FIRST_WAIT_MS * 3 ** (attempts - 1), LONGEST_WAIT_MS);
}
