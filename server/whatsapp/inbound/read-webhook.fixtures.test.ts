import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readWebhook } from "./read-webhook.ts";

const FIXTURES = new URL("../../../../shared/meta/fixtures", import.meta.url).pathname;

/** Read from the fixtures by hand: each example's kinds, and what distinguishes it. */
const EXPECTED: Readonly<Record<string, readonly [kind: string, facts: Readonly<Record<string, unknown>>]>> =
  {
    "Text Message": [
      "message",
      { "body.text": "Does it come in another color?", "from.name": "Sheena Nelson" },
    ],
    "Text Message with Context (Product Inquiry)": [
      "message",
      { "body.kind": "text", replyToWamid: "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGA9wcm9kdWN0X2lucXVpcnkA" },
    ],
    "Text Message from Click to WhatsApp Ad": [
      "message",
      { "referral.headline": "Chat with us", "referral.source": "https://fb.me/3cr4Wqqkv" },
    ],
    "Reaction Message": [
      "message",
      { "body.emoji": "👍", targetWamid: "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0RTJEOTc2ODVERUY5RDlGNkYA" },
    ],
    "Image Message": [
      "message",
      { "body.kind": "image", "body.caption": "Taj Mahal", "media.metaMediaId": "1003383421387256" },
    ],
    "Location Message": ["message", { "body.latitude": 37.44221496582, "body.name": "Philz Coffee" }],
    "Contact Sharing Message": [
      "message",
      { "body.cards.0.name": "Lucía Gómez", "body.cards.0.phones.0": "+1 (983) 555-2319" },
    ],
    "Unsupported Message": ["message", { "body.kind": "unsupported", "body.code": 131051 }],
    "Button Message": ["message", { "body.source": "template", "body.title": "Unsubscribe" }],
    "Interactive List Reply Message": [
      "message",
      {
        "body.source": "list",
        "body.title": "Priority Mail Express",
        "body.description": "Next Day to 2 Days",
      },
    ],
    "Interactive Button Reply Message": ["message", { "body.source": "button", "body.title": "Cancel" }],
    "Order Message": ["message", { "body.items.0.quantity": 2, "body.items.1.price": 25, "body.text": null }],
    "System Message": [
      "identifier_change",
      { event: "number_changed", "previous.waId": "16505551234", "current.waId": "12195555358" },
    ],
    "Group Create Message": ["notice", { field: "group_lifecycle_update" }],
    "Group Settings Update": ["notice", { field: "group_settings_update" }],
    "Group Remove Participants": ["notice", { field: "group_participants_update" }],
    "inbound-text-with-identity-hash": [
      "message",
      { "from.identityKeyHash": "DF2lS5v2W6x=", "body.text": "Hi" },
    ],
    "status-failed-137000-identity-mismatch": ["status", { status: "failed", "failure.code": 137000 }],
    "legacy-system-customer_identity_changed": [
      "identity_change",
      { identityKeyHash: "Sjvjlx8G6Z0=", "from.waId": "16505551234" },
    ],
    "system-user_changed_number-2026": [
      "identifier_change",
      {
        "previous.waId": "16505551234",
        "previous.userId": "US.13491208655302741918",
        "current.waId": "12195555358",
        "current.userId": "US.20837465019283746501",
      },
    ],
    "inbound-bsuid-and-phone": [
      "message",
      {
        "from.waId": "16505551234",
        "from.userId": "US.13491208655302741918",
        "from.parentUserId": "US.ENT.11815799212886844830",
        "from.username": "pablomorales",
      },
    ],
    "status-sent": ["status", { status: "sent", callbackData: "case:4711", "pricing.category": "utility" }],
    "status-delivered": ["status", { status: "delivered", "pricing.billable": true }],
    "status-read": ["status", { status: "read", pricing: null }],
    "status-deleted-legacy": ["status", { status: "deleted", "recipient.waId": "16505551234" }],
    "status-failed-131047": ["status", { "failure.code": 131047, "failure.title": "Re-engagement message" }],
    "status-failed-131049": ["status", { "failure.code": 131049 }],
    "status-failed-130472": ["status", { "failure.code": 130472 }],
    "status-failed-131056": ["status", { "failure.code": 131056 }],
    "status-failed-131048": ["status", { "failure.code": 131048 }],
    "status-failed-132015": ["status", { "failure.code": 132015 }],
    "security-PIN_CHANGED": ["notice", { field: "security" }],
    "security-PIN_REQUEST_SUCCESS": ["notice", { field: "security" }],
    "user_preferences-stop": ["notice", { field: "user_preferences" }],
    "account_update-DISABLED_UPDATE-disable": ["notice", { field: "account_update" }],
    "phone_number_quality_update-2026": ["notice", { field: "phone_number_quality_update" }],
    "flows-FLOW_STATUS_CHANGE": ["notice", { field: "flows" }],
    "standby-message-echo": [
      "echo",
      { source: "standby", "to.waId": "16505551234", "body.text": "Hello! Your order #12345 has shipped." },
    ],
    business_username_updates: ["notice", { field: "business_username_updates" }],
  };

interface Example {
  readonly name: string;
  readonly value: unknown;
}

function readExamples(): Example[] {
  const parse = (file: string) => JSON.parse(readFileSync(join(FIXTURES, file), "utf8"));
  const spec = parse("spec-webhooks.json") as { operations: { request: Example[] }[] };
  const composed = parse("composed-webhooks.json") as { webhooks: Example[] };
  return [...spec.operations.flatMap(({ request }) => request), ...composed.webhooks];
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, name) => (inner as Record<string, unknown>)?.[name], value);
}

test("each of Meta's examples is one update and says what a person reads in it", (t) => {
  if (!existsSync(FIXTURES)) return t.skip("Meta's examples are not on this machine.");
  const examples = readExamples();
  assert.deepEqual(examples.map(({ name }) => name).toSorted(), Object.keys(EXPECTED).toSorted());
  for (const { name, value } of examples) {
    const reading = readWebhook(Buffer.from(JSON.stringify(value)));
    assert.ok(reading.readable, name);
    const updates = reading.groups.flatMap((group) => group.updates);
    const [kind, facts] = EXPECTED[name]!;
    const found = Object.fromEntries(Object.keys(facts).map((path) => [path, at(updates[0], path)]));
    assert.deepEqual(
      [updates.length, updates[0]?.kind, reading.droppedFields, found],
      [1, kind, 0, facts],
      name,
    );
    assert.deepEqual(readWebhook(Buffer.from(updates[0]!.raw)), reading, name);
  }
});
