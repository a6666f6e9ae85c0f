/** One attempt to bring a webhook to Wardroom, as the phone page lists it. No content, no identifiers of people. */
export interface WebhookLogEntry {
  readonly at: number;
  readonly label: string;
  readonly outcome: "answered" | "unreachable" | "not_subscribed" | "dropped";
  readonly httpStatus?: number;
  readonly tookMs?: number;
  readonly attempt: number;
}

const KEPT_PER_NUMBER = 100;

/** The latest attempts per number, newest first; in memory. */
export class WebhookLog {
  readonly #entries = new Map<string, WebhookLogEntry[]>();

  add(phoneNumberId: string, entry: WebhookLogEntry): void {
    const entries = this.#entries.get(phoneNumberId) ?? [];
    this.#entries.set(phoneNumberId, [entry, ...entries].slice(0, KEPT_PER_NUMBER));
  }

  list(phoneNumberId: string): readonly WebhookLogEntry[] {
    return this.#entries.get(phoneNumberId) ?? [];
  }
}
