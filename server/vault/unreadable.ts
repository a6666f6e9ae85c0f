/**
 * Why a sealed value does not open: it is not one of ours, its key is gone (destroyed, or not among those loaded), or
 * it was changed or stands where it was not put (another column, row or workspace).
 */
export type UnreadableReason = "malformed" | "key_absent" | "not_authentic";

/** A sealed value or file that does not open. It names no content and no key. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason) {
    super(`Sealed value is unreadable: ${reason}`);
    this.reason = reason;
  }
}
