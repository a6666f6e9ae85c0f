import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CONTACT,
  changeOf,
  type Json,
  METADATA,
  message,
  onlyUpdate,
  read,
  STATUS,
  TEXT,
  updatesOf,
  webhookOf,
} from "../../../tests/support/read-webhooks.ts";
import { readWebhook } from "./read-webhook.ts";

test("one POST may hold several accounts, numbers and fields: one group per account and number, in order", () => {
  const other = { ...METADATA, phone_number_id: "2" };
  const text = (id: string) => ({ messages: [{ ...TEXT, id }] });
  const reading = read({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "1",
        changes: [changeOf("messages", text("a")), changeOf("messages", { ...text("b"), metadata: other })],
      },
      { id: "2", time: 1748811473, changes: [{ field: "security", value: { event: "PIN_CHANGED" } }] },
      { id: "1", changes: [changeOf("messages", { ...text("c"), statuses: [STATUS] })] },
    ],
  });
  assert.ok(reading.readable);
  assert.deepEqual(
    reading.groups.map(({ wabaId, phoneNumberId, updates }) => [
      wabaId,
      phoneNumberId,
      updates.map((update) => ("wamid" in update ? update.wamid : update.kind)),
    ]),
    [
      ["1", METADATA.phone_number_id, ["a", "c", "wamid.S"]],
      ["1", "2", ["b"]],
      ["2", null, ["notice"]],
    ],
  );
});

test("each update keeps itself as a webhook of its own, without its neighbours, and reads the same again", () => {
  const all = webhookOf(
    changeOf("messages", {
      contacts: [CONTACT, { profile: { name: "Other" }, wa_id: "12025550100" }],
      messages: [TEXT, { ...TEXT, id: "wamid.B", from: "12025550100" }, { id: "wamid.broken" }],
      statuses: [STATUS],
      errors: [{ code: 131052 }],
    }),
    changeOf("standby", { standby: { messages: [{ ...TEXT, id: "wamid.C" }], statuses: [STATUS] } }),
    changeOf("history", {
      history: [{ metadata: { phase: 0 }, threads: [{ id: "16505551234", messages: [TEXT] }] }],
    }),
    { field: "security", value: { event: "PIN_CHANGED" } },
  );
  const updates = updatesOf(all);
  assert.deepEqual(
    updates.map(({ kind }) => kind),
    ["message", "message", "faulty", "status", "notice", "message", "status", "message", "notice"],
  );
  for (const update of updates) assert.deepEqual(updatesOf(JSON.parse(update.raw)), [update]);
  assert.doesNotMatch(updates[0]!.raw, /Other|wamid\.B/);
});

test("every other field is one notice that holds the whole change", () => {
  for (const field of [
    "user_preferences",
    "smb_app_state_sync",
    "messaging_handovers",
    "calls",
    "not_yet_invented",
  ]) {
    const update = onlyUpdate("notice", webhookOf({ field, value: { anything: [1, 2] } }));
    assert.equal(update.field, field);
    assert.deepEqual(JSON.parse(update.raw).entry[0].changes, [{ field, value: { anything: [1, 2] } }]);
  }
  const errors = onlyUpdate("notice", webhookOf(changeOf("messages", { errors: [{ code: 130429 }] })));
  assert.equal(errors.field, "messages.errors");
});

test("properties that we do not know are dropped and counted", () => {
  const reading = read(message({ extra: 1, text: { body: "Hi", extra: 2 } }, [{ ...CONTACT, extra: 3 }]));
  assert.ok(reading.readable);
  assert.equal(reading.droppedFields, 3);
  assert.deepEqual(onlyUpdate("message", message({})).body, { kind: "text", text: "Hi" });
});

test("keys that pollute prototypes are data", () => {
  const body = JSON.stringify(message({}))
    .replace('"text":{', '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"text":{')
    .replace('"object":', '"__proto__":{"object":"x"},"object":');
  const reading = readWebhook(Buffer.from(body));
  assert.ok(reading.readable);
  assert.equal(reading.groups[0]?.updates[0]?.kind, "message");
  assert.equal(({} as Json)["polluted"], undefined);
  const inherited = readWebhook(
    Buffer.from('{"__proto__":{"object":"whatsapp_business_account","entry":[]},"entry":[]}'),
  );
  assert.deepEqual(inherited, { readable: false, reason: "not_webhook" });
});
