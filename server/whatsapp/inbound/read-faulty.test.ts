import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, read, TEXT, updatesOf, webhookOf } from "../../../tests/support/read-webhooks.ts";
import { readWebhook } from "./read-webhook.ts";

for (const [title, body, reason] of [
  ["a text", '"hello"', "not_webhook"],
  ["null", "null", "not_webhook"],
  ["a list", "[]", "not_webhook"],
  ["an empty object", "{}", "not_webhook"],
  ["another product's webhook", '{"object":"page","entry":[]}', "not_webhook"],
  ["a webhook without entries", '{"object":"whatsapp_business_account"}', "not_webhook"],
  ["10,000 levels", `{"object":"whatsapp_business_account","entry":${"[".repeat(10_000)}`, "too_deep"],
  ["half a webhook", '{"object":"whatsapp_business_account","entry":[', "not_json"],
] as const) {
  test(`${title} is unreadable: ${reason}`, () => {
    assert.deepEqual(readWebhook(Buffer.from(body)), { readable: false, reason });
  });
}

for (const [title, change] of [
  ["no id", { id: undefined }],
  ["an empty id", { id: "" }],
  ["an endless id", { id: "x".repeat(513) }],
  ["an id that is an object", { id: {} }],
  ["no time", { timestamp: undefined }],
  ["a time in words", { timestamp: "yesterday" }],
  ["a time in milliseconds", { timestamp: "1749416383000" }],
  ["a time before 1970", { timestamp: "-1" }],
  ["a time with a fraction", { timestamp: "1749416383.5" }],
  ["no type", { type: undefined }],
  ["a type that is a number", { type: 5 }],
  ["no text object", { text: undefined }],
  ["a text that is a list", { text: [] }],
  ["a text without a body", { text: {} }],
  ["a body that is a number", { text: { body: 5 } }],
  ["a sender that is no number", { from: "+1 650 555" }],
  ["nobody who sent it", { from: undefined }],
  ["a group", { group_id: "Y2FwaV9ncm91cA" }],
  ["a file without an id", { type: "image", image: { mime_type: "image/png" } }],
  ["a place beyond the pole", { type: "location", location: { latitude: 91, longitude: 0 } }],
  ["a place in words", { type: "location", location: { latitude: "north", longitude: 0 } }],
  ["cards that are no list", { type: "contacts", contacts: { name: "x" } }],
  ["an order of nothing named", { type: "order", order: { product_items: [{ quantity: 1 }] } }],
  ["a reaction to nothing", { type: "reaction", reaction: { emoji: "👍" } }],
  ["an edit of nothing", { type: "edit", edit: {} }],
  ["a context that is a text", { context: "wamid.X" }],
] as const) {
  test(`a message with ${title} is faulty alone; its neighbours are read`, () => {
    const messages = [TEXT, { ...TEXT, ...change }, { ...TEXT, id: "wamid.B" }];
    const updates = updatesOf(webhookOf(changeOf("messages", { messages })));
    assert.deepEqual(
      updates.map(({ kind }) => kind),
      ["message", "faulty", "message"],
    );
    assert.deepEqual(JSON.parse(updates[1]!.raw).entry[0].changes[0].value.messages, [
      JSON.parse(JSON.stringify(messages[1])),
    ]);
  });
}

test("what stands where an entry, a change, a list or a number should be is faulty, and its neighbours are read", () => {
  const good = changeOf("messages", { messages: [TEXT] });
  for (const [title, webhook] of [
    ["entry", { ...webhookOf(good), entry: [5, ...webhookOf(good).entry] }],
    ["changes", { ...webhookOf(good), entry: [{ id: "1", changes: {} }, ...webhookOf(good).entry] }],
    ["change", webhookOf("change", good)],
    ["field", webhookOf({ field: "a b", value: {} }, good)],
    ["value", webhookOf({ field: "messages", value: [] }, good)],
    ["no list", webhookOf(changeOf("messages", { contacts: [] }), good)],
    ["list", webhookOf(changeOf("messages", { statuses: 5, messages: [TEXT] }))],
    [
      "number",
      webhookOf(changeOf("messages", { metadata: { phone_number_id: "x" }, messages: [TEXT] }), good),
    ],
  ] as const) {
    const kinds = updatesOf(webhook).map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), ["faulty", "message"], title);
  }
});

test("an entry that names no account is kept under none", () => {
  const [entry] = webhookOf(changeOf("messages", { messages: [TEXT] })).entry;
  const reading = read({ object: "whatsapp_business_account", entry: [{ ...entry, id: "WABA" }] });
  assert.ok(reading.readable);
  assert.deepEqual(
    reading.groups.map(({ wabaId, updates }) => [wabaId, updates.length]),
    [["", 1]],
  );
});
