import type { Envelope } from "./envelope.ts";
import type { ContactBook } from "./read-party.ts";
import { type JsonObject, ShapeFault, type Tally } from "./shape.ts";
import type { Update } from "./update.ts";

/** One change of a webhook while its updates are read. */
export interface Scope {
  readonly field: string;
  readonly tally: Tally;
  readonly envelope: Envelope;
  readonly contacts: ContactBook;
  /** The business's own number in digits, where the change says it. */
  readonly ownNumber: string | null;
}

/** One update before it is read: what it says, whom `contacts` has for it, and its own envelope. */
export interface Element {
  readonly scope: Scope;
  readonly object: JsonObject;
  readonly contact: JsonObject | null;
  readonly raw: string;
}

/** Reads one update; one that cannot be read is faulty, and no neighbour notices. */
export function readOrFault(raw: string, read: () => Update): Update {
  try {
    return read();
  } catch (error) {
    return { kind: "faulty", reason: error instanceof ShapeFault ? error.reason : "unreadable", raw };
  }
}
