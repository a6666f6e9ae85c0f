import type { JsonObject } from "./shape.ts";

const OBJECT = "whatsapp_business_account";

/** A change as JSON text in Meta's envelope, with everything that it holds. */
export function wholeChange(entry: unknown, change: unknown): string {
  return JSON.stringify({ object: OBJECT, entry: [{ ...headOf(entry), changes: [change] }] });
}

/** An element of `entry` that is none. */
export function wholeEntry(entry: unknown): string {
  return JSON.stringify({ object: OBJECT, entry: [entry] });
}

function headOf(entry: unknown): { id?: unknown; time?: unknown } {
  const { id, time } = entry as JsonObject;
  return { ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }) };
}

/**
 * Cuts one change into complete envelopes of one update each. What they share is printed once; printing is the
 * larger part of reading, and a POST may hold a thousand updates.
 */
export class Envelope {
  readonly #head: string;

  constructor(entry: JsonObject, field: string, value: JsonObject) {
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
    return `${this.#head}${contacts}${list}}}]}]}`;
  }
}
