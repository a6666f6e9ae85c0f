import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CONTACT,
  changeOf,
  type Json,
  METADATA,
  onlyUpdate,
  party,
  STATUS,
  status,
  TEXT,
  updatesOf,
  webhookOf,
} from "../../../tests/support/read-webhooks.ts";

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
