import type { JsonObject, Tally } from "./shape.ts";

const OBJECT = "whatsapp_business_account";

/** Updates of one POST at the most. Ours: Meta batches up to 1,000, and a history some thousands (facts.md, 1.3). */
const MAX_ENVELOPES = 10_000;

/**
 * Characters of all envelopes of one POST at the most. Ours: five times Meta's largest body. What updates share stands
 * in each envelope, so a body of 3 MB made for it could become a hundred gigabytes.
 */
const MAX_ENVELOPE_LENGTH = 16 * 1024 * 1024;

/** A webhook that would become far more than it is. No POST of Meta's does; it is kept whole, as what it is. */
export class TooMuch extends Error {
  override readonly name = "TooMuch";
}

/** A change as JSON text in Meta's envelope, with everything that it holds. Throws TooMuch. */
export function wholeChange(tally: Tally, entry: unknown, change: unknown): string {
  return spend(tally, JSON.stringify({ object: OBJECT, entry: [{ ...headOf(entry), changes: [change] }] }));
}

/** An element of `entry` that is none. Throws TooMuch. */
export function wholeEntry(tally: Tally, entry: unknown): string {
  return spend(tally, JSON.stringify({ object: OBJECT, entry: [entry] }));
}

function spend(tally: Tally, envelope: string): string {
  tally.envelopes += 1;
  tally.envelopeLength += envelope.length;
  if (tally.envelopes > MAX_ENVELOPES || tally.envelopeLength > MAX_ENVELOPE_LENGTH) throw new TooMuch();
  return envelope;
}

function headOf(entry: unknown): { id?: unknown; time?: unknown } {
  const { id, time } = entry as JsonObject;
  return { ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }) };
}

/**
 * Cuts one change into complete envelopes of one update each. What they share is printed once; printing is the
 * larger part of reading, and a POST may hold a thousand updates. Throws TooMuch.
 */
export class Envelope {
  readonly #head: string;
  readonly #tally: Tally;

  constructor(tally: Tally, entry: JsonObject, field: string, value: JsonObject) {
    this.#tally = tally;
    const head = JSON.stringify(headOf(entry)).slice(0, -1);
    const shared = ["messaging_product", "metadata"]
      .filter((name) => value[name] !== undefined)
      .map((name) => `${JSON.stringify(name)}:${JSON.stringify(value[name])},`);
    this.#head =
      `{"object":"${OBJECT}","entry":[${head}${head === "{" ? "" : ","}"changes":[` +
      `{"field":${JSON.stringify(field)},"value":{${shared.join("")}`;
  }

  /** `name` is the list within `value` that `element` stands in. */
  around(name: string, element: unknown, contact: JsonObject | null = null): string {
    return this.#close(`"${name}":[${JSON.stringify(element)}]`, contact);
  }

  /** For something that should be a list and is none. */
  aroundValue(name: string, value: unknown): string {
    return this.#close(`"${name}":${JSON.stringify(value)}`, null);
  }

  /** The same for a list within `value.standby`. */
  aroundStandby(name: string, element: unknown, contact: JsonObject | null): string {
    return this.#close(`"standby":{"${name}":[${JSON.stringify(element)}]}`, contact);
  }

  /** The same for a message of a thread within `value.history`. */
  aroundHistory(metadata: unknown, threadId: unknown, message: unknown): string {
    return this.around("history", { metadata, threads: [{ id: threadId, messages: [message] }] });
  }

  #close(list: string, contact: JsonObject | null): string {
    const contacts = contact === null ? "" : `"contacts":[${JSON.stringify(contact)}],`;
    return spend(this.#tally, `${this.#head}${contacts}${list}}}]}]}`);
  }
}
