/** A page says every few seconds which chat it shows; after this long without a word it shows none. Ours. */
const LOOKING_MS = 12_000;
/** Meta's indicator ends after 25 s or with the next message (facts.md, 2.1). */
const TYPING_MS = 25_000;

/** Who looks at which chat, and where the business is typing. In memory, in real time. */
export class PhonePresence {
  readonly #lookingUntil = new Map<string, number>();
  readonly #typingUntil = new Map<string, number>();

  look(customerId: string): void {
    this.#lookingUntil.set(customerId, performance.now() + LOOKING_MS);
  }

  lookAway(customerId: string): void {
    this.#lookingUntil.delete(customerId);
  }

  isLooking(customerId: string): boolean {
    return (this.#lookingUntil.get(customerId) ?? 0) > performance.now();
  }

  businessTypes(customerId: string): void {
    this.#typingUntil.set(customerId, performance.now() + TYPING_MS);
  }

  businessWrote(customerId: string): void {
    this.#typingUntil.delete(customerId);
  }

  isBusinessTyping(customerId: string): boolean {
    return (this.#typingUntil.get(customerId) ?? 0) > performance.now();
  }
}
