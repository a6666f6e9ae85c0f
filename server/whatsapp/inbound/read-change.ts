import { Envelope, wholeChange } from "./envelope.ts";
import { readEcho } from "./read-echo.ts";
import { readHistoryChunk } from "./read-history.ts";
import { type Origin, readMessage } from "./read-message.ts";
import { ContactBook } from "./read-party.ts";
import { readStatus } from "./read-status.ts";
import { type Element, readOrFault, type Scope } from "./scope.ts";
import { asObject, digitsOf, type JsonObject, needObject, type Tally } from "./shape.ts";
import type { Update } from "./update.ts";

/** The updates of one change, and the number that they are about where the change names one. */
export interface ChangeReading {
  readonly phoneNumberId: string | null;
  readonly updates: readonly Update[];
}

/** Fields whose lists we read update by update. Every other field is about the account: one notice, kept whole. */
const CHAT_FIELDS: ReadonlySet<string> = new Set([
  "messages",
  "standby",
  "message_echoes",
  "smb_message_echoes",
  "history",
]);

const FIELD_NAME = /^[A-Za-z0-9_]{1,64}$/;

export function readChange(tally: Tally, entry: JsonObject, value: unknown): ChangeReading {
  const change = asObject(value);
  const field = change?.["field"];
  if (typeof field !== "string" || !FIELD_NAME.test(field)) return faulty(tally, entry, value, null);
  const content = asObject(change?.["value"]);
  const metadata = asObject(content?.["metadata"]);
  const phoneNumberId = digitsOf(metadata?.["phone_number_id"]);
  if (!CHAT_FIELDS.has(field)) {
    return { phoneNumberId, updates: [{ kind: "notice", field, raw: wholeChange(tally, entry, value) }] };
  }
  if (content === null || phoneNumberId === null) return faulty(tally, entry, value, phoneNumberId);
  const standby = asObject(content["standby"]);
  const scope: Scope = {
    field,
    tally,
    envelope: new Envelope(tally, entry, field, content),
    contacts: new ContactBook(content["contacts"] ?? standby?.["contacts"]),
    ownNumber: digitsOf(metadata?.["display_phone_number"]),
  };
  const updates = listUpdates(scope, content, standby);
  return updates === null ? faulty(tally, entry, value, phoneNumberId) : { phoneNumberId, updates };
}

function faulty(
  tally: Tally,
  entry: JsonObject,
  change: unknown,
  phoneNumberId: string | null,
): ChangeReading {
  const raw = wholeChange(tally, entry, change);
  return { phoneNumberId, updates: [{ kind: "faulty", reason: "shape", raw }] };
}

type ListReader = (scope: Scope, item: unknown) => Update | Update[];

/** The lists that may stand in a change's value, and inside its `standby`. */
const LISTS: ReadonlyArray<readonly [string, ListReader]> = [
  ["messages", (scope, item) => readCustomers(scope, item, scope.field === "history" ? "history" : "live")],
  ["statuses", (scope, item) => readStatuses(scope, item, false)],
  ["message_echoes", (scope, item) => readEchoes(scope, item, false)],
  ["history", readHistoryChunk],
  ["errors", (scope, item) => notice(scope, item)],
];

const STANDBY_LISTS: ReadonlyArray<readonly [string, ListReader]> = [
  ["messages", (scope, item) => readCustomers(scope, item, "standby")],
  ["statuses", (scope, item) => readStatuses(scope, item, true)],
  ["message_echoes", (scope, item) => readEchoes(scope, item, true)],
];

/** Null when the value holds none of the lists. */
function listUpdates(scope: Scope, content: JsonObject, standby: JsonObject | null): Update[] | null {
  const updates: Update[] = [];
  const found = readLists(scope, content, LISTS, updates);
  const foundInStandby = standby !== null && readLists(scope, standby, STANDBY_LISTS, updates);
  return found || foundInStandby ? updates : null;
}

/** Adds what the lists in `owner` hold to `updates`; whether there was a list at all. */
function readLists(scope: Scope, owner: JsonObject, lists: typeof LISTS, updates: Update[]): boolean {
  let found = false;
  for (const [name, read] of lists) {
    const list = owner[name];
    if (list === undefined || list === null) continue;
    found = true;
    if (!Array.isArray(list)) {
      updates.push({ kind: "faulty", reason: "shape", raw: scope.envelope.aroundValue(name, list) });
      continue;
    }
    for (const item of list) {
      const reading = read(scope, item);
      if (Array.isArray(reading)) updates.push(...reading);
      else updates.push(reading);
    }
  }
  return found;
}

function notice(scope: Scope, item: unknown): Update {
  return { kind: "notice", field: `${scope.field}.errors`, raw: scope.envelope.around("errors", item) };
}

function readElement(
  scope: Scope,
  item: unknown,
  contact: JsonObject | null,
  raw: string,
  read: (element: Element) => Update,
): Update {
  return readOrFault(raw, () => read({ scope, object: needObject(item), contact, raw }));
}

function readCustomers(scope: Scope, item: unknown, origin: Origin): Update {
  const ids = asObject(item);
  const contact = scope.contacts.find(ids?.["from_user_id"], ids?.["from"]);
  const wrap = origin === "standby" ? "aroundStandby" : "around";
  const raw = scope.envelope[wrap]("messages", item, contact);
  return readElement(scope, item, contact, raw, (element) => readMessage(element, origin));
}

function readStatuses(scope: Scope, item: unknown, isStandby: boolean): Update {
  const ids = asObject(item);
  const contact = scope.contacts.find(ids?.["recipient_user_id"], ids?.["recipient_id"]);
  const raw = scope.envelope[isStandby ? "aroundStandby" : "around"]("statuses", item, contact);
  return readElement(scope, item, contact, raw, readStatus);
}

function readEchoes(scope: Scope, item: unknown, isStandby: boolean): Update {
  const ids = asObject(asObject(item)?.["message"]) ?? asObject(item);
  const contact = scope.contacts.find(ids?.["recipient"], ids?.["to_user_id"], ids?.["to"]);
  const raw = scope.envelope[isStandby ? "aroundStandby" : "around"]("message_echoes", item, contact);
  return readElement(scope, item, contact, raw, readEcho);
}
