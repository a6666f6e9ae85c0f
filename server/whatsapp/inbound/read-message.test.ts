import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bodyOf,
  CONTACT,
  changeOf,
  type Json,
  message,
  onlyUpdate,
  party,
  TEXT,
  updatesOf,
  webhookOf,
} from "../../../tests/support/read-webhooks.ts";
import { readWebhook } from "./read-webhook.ts";
import type { Party } from "./update.ts";

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
