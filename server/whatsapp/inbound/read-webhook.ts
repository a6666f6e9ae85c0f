import { TooMuch, wholeEntry } from "./envelope.ts";
import { parseJson } from "./parse-json.ts";
import { readChange } from "./read-change.ts";
import { asObject, countUnknown, digitsOf, type Tally } from "./shape.ts";
import type { Update, UpdateGroup, WebhookReading } from "./update.ts";

const ENTRY = new Set(["id", "time", "changes"]);

/**
 * Takes a verified body apart into updates, one group per account and number, in Meta's order within each.
 *
 * Never throws. Tolerant of what it does not know (unknown properties are dropped and counted, unknown fields become
 * notices, unknown message types are kept as "unsupported") and strict about what it does know: an update in another
 * shape is faulty, alone. A group whose `wabaId` is empty holds what names no account.
 *
 * Read by hand and not by zod. Not for speed (zod only checks, and is as fast at that; bench/read-webhook.ts): one
 * schema fails as a whole, where we keep the good updates, cut each into an envelope of its own and count what we
 * leave out.
 */
export function readWebhook(body: Buffer): WebhookReading {
  const parsed = parseJson(body);
  if (!parsed.ok) return { readable: false, reason: parsed.reason };
  const root = asObject(parsed.value);
  const entries = root?.["entry"];
  if (root?.["object"] !== "whatsapp_business_account" || !Array.isArray(entries)) {
    return { readable: false, reason: "not_webhook" };
  }
  const tally: Tally = { droppedFields: 0, envelopes: 0, envelopeLength: 0 };
  const groups = new Map<string, Gathering>();
  try {
    for (const entry of entries) readEntry(tally, groups, entry);
  } catch (error) {
    if (error instanceof TooMuch) return { readable: false, reason: "too_much" };
    throw error;
  }
  return { readable: true, groups: [...groups.values()], droppedFields: tally.droppedFields };
}

interface Gathering extends UpdateGroup {
  readonly updates: Update[];
}

function readEntry(tally: Tally, groups: Map<string, Gathering>, value: unknown): void {
  const entry = asObject(value);
  const wabaId = digitsOf(entry?.["id"]) ?? "";
  const changes = entry?.["changes"];
  if (entry === null || !Array.isArray(changes)) {
    groupOf(groups, wabaId, null).push({ kind: "faulty", reason: "shape", raw: wholeEntry(tally, value) });
    return;
  }
  countUnknown(tally, entry, ENTRY);
  for (const change of changes) {
    const { phoneNumberId, updates } = readChange(tally, entry, change);
    const group = groupOf(groups, wabaId, phoneNumberId);
    for (const update of updates) group.push(update);
  }
}

function groupOf(groups: Map<string, Gathering>, wabaId: string, phoneNumberId: string | null): Update[] {
  const key = `${wabaId}/${phoneNumberId ?? ""}`;
  const group = groups.get(key) ?? { wabaId, phoneNumberId, updates: [] };
  groups.set(key, group);
  return group.updates;
}
