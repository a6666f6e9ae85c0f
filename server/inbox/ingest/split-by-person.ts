import type { Party, Update } from "../../whatsapp/inbound/update.ts";
import type { IngestPart } from "./part.ts";

/**
 * How many transactions of one workspace may run side by side. Ours: while PostgreSQL works for one of them, this
 * process seals for the other; a third only waits for a core.
 */
export const STRANDS = 2;

/**
 * Cuts a part so that all about one person is in one strand: their messages keep their order, and two transactions
 * seldom wait for each other. Whoever is named now by number and now by id may be in both: the rows' locks hold then.
 */
export function splitByPerson(part: IngestPart): IngestPart[] {
  const byStrand = Map.groupBy(part.updates, strandOf);
  return [...byStrand].map(([strand, updates]) => ({ ...part, strand, updates }));
}

function strandOf(update: Update): number {
  const person = personOf(update);
  return person === undefined ? 0 : hash(person.userId ?? person.waId ?? "") % STRANDS;
}

function personOf(update: Update): Party | undefined {
  switch (update.kind) {
    case "message":
    case "edit":
    case "revoke":
    case "identity_change":
      return update.from;
    case "echo":
      return update.to;
    case "status":
      return update.recipient;
    case "identifier_change":
      return update.previous;
    case "notice":
    case "faulty":
      return undefined;
  }
}

/** FNV-1a, 32 bits: spreads ids that differ in their last digit. Nothing secret depends on it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
