import assert from "node:assert/strict";
import { test } from "node:test";
import { readWebhook } from "./read-webhook.ts";
import type { Party, Update } from "./update.ts";

type Json = Record<string, unknown>;

const METADATA = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };
const CONTACT = { profile: { name: "Sheena Nelson" }, wa_id: "16505551234" };
const TEXT = {
  from: "16505551234",
  id: "wamid.A",
  timestamp: "1749416383",
  type: "text",
  text: { body: "Hi" },
};
const STATUS = { id: "wamid.S", status: "sent", timestamp: "1749416383", recipient_id: "16505551234" };

const changeOf = (field: string, value: Json) => ({
  field,
  value: { messaging_product: "whatsapp", metadata: METADATA, ...value },
});
const webhookOf = (...changes: readonly unknown[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: "102290129340398", changes }],
});
const read = (webhook: unknown) => readWebhook(Buffer.from(JSON.stringify(webhook)));

function updatesOf(webhook: unknown): Update[] {
  const reading = read(webhook);
  assert.ok(reading.readable);
  return reading.groups.flatMap(({ updates }) => updates);
}

function onlyUpdate<Kind extends Update["kind"]>(kind: Kind, webhook: unknown): Update & { kind: Kind } {
  const [update, ...others] = updatesOf(webhook);
  assert.deepEqual([update?.kind, others.length], [kind, 0]);
  return update as Update & { kind: Kind };
}

const message = (change: Json, contacts: unknown = [CONTACT]) =>
  webhookOf(changeOf("messages", { contacts, messages: [{ ...TEXT, ...change }] }));
const bodyOf = (change: Json) => onlyUpdate("message", message(change)).body;
const party = (known: Partial<Party>): Party => ({
  userId: null,
  parentUserId: null,
  waId: null,
  name: null,
  username: null,
  identityKeyHash: null,
  ...known,
});

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

test("text arrives as it was written, whatever it holds", () => {
  for (const body of [
    "a\u0000b",
    "\u202eright to left\u202c",
    "👩‍👩‍👧‍👦🇦🇪❤️",
    "x".repeat(65_000),
    "\ufeff",
    "__proto__",
    " ",
    "<script>&amp;\\u0041",
  ]) {
    assert.deepEqual(bodyOf({ text: { body } }), { kind: "text", text: body });
  }
});

test("escaped as Meta sends it, a text reads the same", () => {
  const json = JSON.stringify(message({ text: { body: "50% @ ä/ö 👍" } }));
  const escaped = json
    .replaceAll("/", "\\/")
    .replaceAll("%", "\\u0025")
    .replaceAll("@", "\\u0040")
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  assert.deepEqual(readWebhook(Buffer.from(escaped)), readWebhook(Buffer.from(json)));
});

test("a person may have a number, a business-scoped id, or both", () => {
  const ids = { from_user_id: "US.1349", from_parent_user_id: "US.ENT.118" };
  const profile = { name: "Pablo", username: "@pablo" };
  const known = { name: "Pablo", username: "pablo", userId: "US.1349", parentUserId: "US.ENT.118" };
  const contact = { profile, user_id: "US.1349", parent_user_id: "US.ENT.118" };
  const from = (change: Json, contacts: unknown) => onlyUpdate("message", message(change, contacts)).from;
  const both = { ...contact, wa_id: TEXT.from };

  assert.deepEqual(from(ids, [both]), party({ ...known, waId: TEXT.from }));
  assert.deepEqual(from({ ...ids, from: undefined }, [contact]), party(known));
  assert.deepEqual(from({ ...ids, from: "US.1349" }, [contact]), party(known));
  assert.deepEqual(from({ from: undefined }, [contact]), party(known));
  assert.deepEqual(from({ from: 16505551234 }, [{ ...CONTACT, wa_id: 16505551234 }]).name, "Sheena Nelson");
  assert.deepEqual(from({ identity: { hash: "abc=" } }, undefined).identityKeyHash, "abc=");
});

test("a contact is given to the message that is theirs, and to no other", () => {
  const [first, second, third] = updatesOf(
    webhookOf(
      changeOf("messages", {
        contacts: [CONTACT, { profile: { name: "Other" }, user_id: "US.2" }],
        messages: [
          { ...TEXT, from: undefined, from_user_id: "US.2" },
          TEXT,
          { ...TEXT, from: "12025550100" },
        ],
      }),
    ),
  );
  const names = [first, second, third].map((update) => (update as { from: Party }).from.name);
  assert.deepEqual(names, ["Other", "Sheena Nelson", null]);
});

const HASH = Buffer.alloc(32, 7);

test("each kind of file: its words in the body, its id and hash in the reference", () => {
  const file = { id: 1003383421387256, mime_type: "a/b", sha256: HASH.toString("base64"), url: "https://x" };
  const media = (fileName: string | null) => ({
    metaMediaId: "1003383421387256",
    mimeType: "a/b",
    sha256: HASH,
    fileName,
  });
  for (const [type, more, body, fileName] of [
    ["image", { caption: "c" }, { kind: "image", caption: "c" }, null],
    ["video", {}, { kind: "video", caption: null }, null],
    ["sticker", { animated: true }, { kind: "sticker", caption: null }, null],
    ["audio", { voice: true }, { kind: "audio", caption: null, voice: true }, null],
    ["document", { filename: "a.pdf" }, { kind: "document", caption: null, fileName: "a.pdf" }, "a.pdf"],
  ] as const) {
    const update = onlyUpdate("message", message({ type, [type]: { ...file, ...more } }));
    assert.deepEqual([update.body, update.media], [body, media(fileName)]);
  }
});

test("a file's hash is read as base64 or hex; one that is neither counts as not given", () => {
  const hashOf = (sha256: unknown) =>
    onlyUpdate("message", message({ type: "image", image: { id: "1", mime_type: "a/b", sha256 } })).media
      ?.sha256;
  assert.deepEqual(hashOf(HASH.toString("hex")), HASH);
  assert.deepEqual(hashOf(HASH.toString("base64url")), HASH);
  assert.equal(hashOf("SfInY0gGKTsJlUWbwxC1k+FAD0FZHv"), null);
  assert.equal(hashOf(undefined), null);
});

test("answers to flows and call permissions keep their fields; button ids stay, flow tokens go", () => {
  const flow = {
    type: "nfm_reply",
    nfm_reply: {
      name: "flow",
      body: "Sent",
      response_json: JSON.stringify({ flow_token: "t", name: "Ada", tags: ["a"], __proto__x: 1 }),
    },
  };
  assert.deepEqual(bodyOf({ type: "interactive", interactive: flow }), {
    kind: "reply",
    source: "flow",
    title: "Sent",
    description: null,
    fields: [
      { name: "name", value: "Ada" },
      { name: "tags", value: '["a"]' },
      { name: "__proto__x", value: "1" },
    ],
  });
  const deep = `{"a":${"[".repeat(10_000)}`;
  const unreadable = { type: "nfm_reply", nfm_reply: { name: "flow", response_json: deep } };
  const body = bodyOf({ type: "interactive", interactive: unreadable });
  assert.deepEqual((body as { fields: unknown }).fields, [{ name: "response_json", value: deep }]);
  const permission = { response: "accept", is_permanent: false, expiration_timestamp: "1750269342" };
  assert.deepEqual(
    bodyOf({
      type: "interactive",
      interactive: { type: "call_permission_reply", call_permission_reply: permission },
    }),
    {
      kind: "reply",
      source: "call_permission",
      title: "accept",
      description: null,
      fields: [
        { name: "response", value: "accept" },
        { name: "is_permanent", value: "false" },
        { name: "expiration_timestamp", value: "1750269342" },
      ],
    },
  );
});

test("a reaction that is taken back has no emoji", () => {
  for (const reaction of [{ message_id: "wamid.T", emoji: "" }, { message_id: "wamid.T" }]) {
    const update = onlyUpdate("message", message({ type: "reaction", reaction }));
    assert.deepEqual([update.body, update.targetWamid], [{ kind: "reaction", emoji: null }, "wamid.T"]);
  }
});

test("a type that we do not know is kept whole as unsupported, and so is a known one that Meta could not deliver", () => {
  for (const [change, type, code] of [
    [{ type: "hologram", text: undefined, hologram: { x: 1 } }, "hologram", null],
    [{ type: "constructor" }, "constructor", null],
    [{ type: "__proto__" }, "__proto__", null],
    [{ type: "unsupported", unsupported: { type: "poll" }, errors: [{ code: 131051 }] }, "poll", 131051],
    [{ type: "document", errors: [{ code: 131052 }] }, "document", 131052],
  ] as const) {
    const update = onlyUpdate("message", message(change));
    assert.deepEqual(update.body, { kind: "unsupported", type, code, raw: update.raw });
  }
});

test("edits and revokes name what they change, wherever Meta puts the id", () => {
  const edited = { type: "text", text: { body: "Hello" } };
  for (const change of [
    { edit: { original_message_id: "wamid.O", message: edited } },
    { original_message_id: "wamid.O", edit: { message: edited } },
  ]) {
    const update = onlyUpdate("edit", message({ ...change, type: "edit", text: undefined }));
    assert.deepEqual([update.targetWamid, update.body], ["wamid.O", { kind: "text", text: "Hello" }]);
  }
  const revoke = onlyUpdate(
    "revoke",
    message({ type: "revoke", revoke: { original_message_id: "wamid.O" } }),
  );
  assert.deepEqual([revoke.targetWamid, revoke.body, revoke.from.waId], ["wamid.O", null, TEXT.from]);
});

test("a person's new id keeps their number, a person's new number does not keep the old one", () => {
  const system = (type: string, change: Json) =>
    onlyUpdate(
      "identifier_change",
      message({ type: "system", text: undefined, system: { type, ...change } }, []),
    );
  const id = system("user_changed_user_id", { user_id: "US.2", previous_user_id: "US.1" });
  assert.deepEqual(
    [id.event, id.previous, id.current],
    [
      "user_id_changed",
      party({ userId: "US.1", waId: TEXT.from }),
      party({ userId: "US.2", waId: TEXT.from }),
    ],
  );
  const number = system("user_changed_number", { user_id: "US.2", previous_user_id: "US.1" });
  assert.deepEqual(number.current, party({ userId: "US.2" }));
  const legacy = system("customer_changed_number", { new_wa_id: "12195555358", body: "changed" });
  assert.deepEqual([legacy.current, legacy.text], [party({ waId: "12195555358" }), "changed"]);
});

test("a system line that we do not know is shown as a line", () => {
  const system = { type: "user_painted_wall", body: "Painted" };
  assert.deepEqual(bodyOf({ type: "system", system }), { kind: "system", event: "other", text: "Painted" });
});

const status = (change: Json, contacts?: unknown) =>
  webhookOf(changeOf("messages", { contacts, statuses: [{ ...STATUS, ...change }] }));

test("a status names its recipient by number, by id in three spellings, or not at all", () => {
  const recipient = (change: Json, contacts?: unknown) =>
    onlyUpdate("status", status(change, contacts)).recipient;
  assert.deepEqual(
    recipient({ recipient_identity_key_hash: "h=" }),
    party({ waId: TEXT.from, identityKeyHash: "h=" }),
  );
  for (const name of ["recipient_parent_user_id", "parent_recipient_user_id", "parent_user_id"]) {
    assert.deepEqual(
      recipient({ recipient_id: undefined, recipient_user_id: "US.1", [name]: "US.ENT.1" }),
      party({ userId: "US.1", parentUserId: "US.ENT.1" }),
    );
  }
  assert.deepEqual(recipient({ recipient_id: undefined }), party({}));
  const group = { recipient_type: "group", recipient_id: "Y2FwaV9ncm91cA", recipient_participant_id: "1650" };
  assert.deepEqual(recipient(group, [CONTACT]), party({ waId: "1650" }));
});

test("all statuses are read, the legacy one included; another word is quarantined by name", () => {
  for (const word of ["sent", "delivered", "read", "played", "failed", "deleted"]) {
    assert.equal(onlyUpdate("status", status({ status: word })).status, word);
  }
  assert.equal(onlyUpdate("faulty", status({ status: "warned" })).reason, "unknown_status");
});

test("failures and prices are taken over; a code may be a string, a time a number", () => {
  const errors = [{ code: "131047", title: "t", error_data: { details: "d" } }];
  const pricing = { billable: false, pricing_model: "PMP", type: "regular", category: "utility", amount: 3 };
  const update = onlyUpdate("status", status({ status: "failed", timestamp: 1749416383, errors, pricing }));
  assert.deepEqual(
    [update.failure, update.pricing, update.metaAt],
    [
      { code: 131047, title: "t", details: "d" },
      { billable: false, pricing_model: "PMP", type: "regular", category: "utility" },
      new Date("2025-06-08T20:59:43Z"),
    ],
  );
});

test("what Meta's agent handles is marked: its customers' messages, its own, their statuses", () => {
  const echo = {
    id: "wamid.E",
    timestamp: "1750101000",
    message: { to: TEXT.from, type: "text", text: { body: "a" } },
  };
  const updates = updatesOf(
    webhookOf(
      changeOf("standby", { standby: { messages: [TEXT], message_echoes: [echo], statuses: [STATUS] } }),
    ),
  );
  assert.deepEqual(
    updates.map((update) => [
      update.kind,
      "standby" in update && update.standby,
      "source" in update && update.source,
    ]),
    [
      ["message", true, false],
      ["status", false, false],
      ["echo", false, "standby"],
    ],
  );
});

test("echoes of the Business app are ours to the person they went to", () => {
  const to = { from: "15550783881", to: TEXT.from };
  for (const field of ["smb_message_echoes", "message_echoes"]) {
    const update = onlyUpdate("echo", webhookOf(changeOf(field, { message_echoes: [{ ...TEXT, ...to }] })));
    assert.deepEqual(
      [update.to.waId, update.body, update.media, update.source],
      [TEXT.from, { kind: "text", text: "Hi" }, null, field],
    );
  }
  const linked = {
    ...TEXT,
    ...to,
    type: "image",
    image: { link: "https://example.com/a.png", caption: "c" },
  };
  const image = onlyUpdate("echo", webhookOf(changeOf("message_echoes", { message_echoes: [linked] })));
  assert.deepEqual([image.body, image.media], [{ kind: "image", caption: "c" }, null]);
  const template = {
    ...TEXT,
    ...to,
    type: "template",
    template: { name: "hello", language: { code: "ar" } },
  };
  const sent = onlyUpdate("echo", webhookOf(changeOf("message_echoes", { message_echoes: [template] })));
  assert.equal((sent.body as { name: string }).name, "hello");
  const reaction = { ...TEXT, ...to, type: "reaction", reaction: { message_id: "wamid.T", emoji: "👍" } };
  const reacted = onlyUpdate("echo", webhookOf(changeOf("message_echoes", { message_echoes: [reaction] })));
  assert.deepEqual([reacted.targetWamid, reacted.body], ["wamid.T", { kind: "reaction", emoji: "👍" }]);
});

test("a history tells both sides apart and marks the customer's as past; a refusal to share is a notice", () => {
  const ours = { ...TEXT, id: "wamid.O", from: METADATA.display_phone_number, to: TEXT.from };
  const history = [
    {
      metadata: { phase: 0, chunk_order: 1, progress: 100 },
      threads: [{ id: TEXT.from, messages: [TEXT, ours, 5] }],
    },
    { errors: [{ code: 2593109, title: "not shared" }] },
  ];
  const [theirs, echo, broken, refusal] = updatesOf(webhookOf(changeOf("history", { history })));
  assert.ok(theirs?.kind === "message" && echo?.kind === "echo");
  assert.deepEqual([theirs.standby, theirs.history, theirs.from.waId], [true, true, TEXT.from]);
  assert.deepEqual([echo.to.waId, echo.source], [TEXT.from, "history"]);
  assert.deepEqual([broken?.kind, refusal?.kind], ["faulty", "notice"]);
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
