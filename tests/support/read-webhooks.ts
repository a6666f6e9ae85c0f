import assert from "node:assert/strict";
import { readWebhook } from "../../server/whatsapp/inbound/read-webhook.ts";
import type { Party, Update } from "../../server/whatsapp/inbound/update.ts";

export type Json = Record<string, unknown>;

export const METADATA = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };
export const CONTACT = { profile: { name: "Sheena Nelson" }, wa_id: "16505551234" };
export const TEXT = {
  from: "16505551234",
  id: "wamid.A",
  timestamp: "1749416383",
  type: "text",
  text: { body: "Hi" },
};
export const STATUS = { id: "wamid.S", status: "sent", timestamp: "1749416383", recipient_id: "16505551234" };

/** One change of an account; `field` says what about. */
export const changeOf = (field: string, value: Json) => ({
  field,
  value: { messaging_product: "whatsapp", metadata: METADATA, ...value },
});
export const webhookOf = (...changes: readonly unknown[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: "102290129340398", changes }],
});
/** As it comes in: as bytes. */
export const read = (webhook: unknown) => readWebhook(Buffer.from(JSON.stringify(webhook)));

export function updatesOf(webhook: unknown): Update[] {
  const reading = read(webhook);
  assert.ok(reading.readable);
  return reading.groups.flatMap(({ updates }) => updates);
}

/** The one update of a webhook that holds no other. */
export function onlyUpdate<Kind extends Update["kind"]>(
  kind: Kind,
  webhook: unknown,
): Update & { kind: Kind } {
  const [update, ...others] = updatesOf(webhook);
  assert.deepEqual([update?.kind, others.length], [kind, 0]);
  return update as Update & { kind: Kind };
}

/** A webhook of one text message, with `change` to it. */
export const message = (change: Json, contacts: unknown = [CONTACT]) =>
  webhookOf(changeOf("messages", { contacts, messages: [{ ...TEXT, ...change }] }));
export const bodyOf = (change: Json) => onlyUpdate("message", message(change)).body;
export const party = (known: Partial<Party>): Party => ({
  userId: null,
  parentUserId: null,
  waId: null,
  name: null,
  username: null,
  identityKeyHash: null,
  ...known,
});

/** A webhook of one status, with `change` to it. */
export const status = (change: Json, contacts?: unknown) =>
  webhookOf(changeOf("messages", { contacts, statuses: [{ ...STATUS, ...change }] }));
