import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readWebhook } from "./read-webhook.ts";

const METADATA = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };

const SAMPLES: Readonly<Record<string, unknown>> = {
  messages: {
    from: "16505551234",
    from_user_id: "US.1",
    id: "wamid.A",
    timestamp: "1749416383",
    type: "image",
    context: { id: "wamid.Q", forwarded: true },
    referral: { headline: "h", source_url: "u" },
    image: { id: "1", mime_type: "image/png", sha256: "x", caption: "c" },
  },
  statuses: {
    id: "wamid.S",
    status: "failed",
    timestamp: "1749416383",
    recipient_id: "16505551234",
    pricing: { billable: true },
    errors: [{ code: 1, title: "t", error_data: { details: "d" } }],
  },
  message_echoes: {
    id: "wamid.E",
    timestamp: 1749416383,
    to: "16505551234",
    type: "text",
    text: { body: "a" },
  },
};

const webhookOf = (list: string, items: readonly unknown[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: "1", changes: [{ field: "messages", value: { metadata: METADATA, [list]: items } }] }],
});

const anything = fc
  .anything({ withNullPrototype: false, maxDepth: 3 })
  .filter((value) => value !== undefined);

/** The paths of everything inside `value`. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((name) => {
    const inner = (value as Record<string, unknown>)[name];
    return [[...path, name], ...pathsOf(inner, [...path, name])];
  });
}

function replace(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = replace(copy[name], rest, by);
  return copy;
}

const jsonBytes = (value: unknown) =>
  Buffer.from(
    JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "null",
  );

test("no bytes and no JSON make it throw", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readWebhook(Buffer.from(bytes))));
  fc.assert(fc.property(fc.json(), (text) => void readWebhook(Buffer.from(text))));
});

test("anything at any place of a webhook is read or set aside, and nothing is lost", () => {
  for (const [list, sample] of Object.entries(SAMPLES)) {
    const webhook = webhookOf(list, [sample]);
    const paths = fc.constantFrom(...pathsOf(webhook).filter(([first]) => first === "entry"));
    fc.assert(
      fc.property(paths, anything, (path, value) => {
        const reading = readWebhook(jsonBytes(replace(webhook, path, value)));
        if (!reading.readable) return;
        for (const { updates } of reading.groups) {
          for (const update of updates) {
            const again = readWebhook(Buffer.from(update.raw));
            assert.ok(again.readable);
            assert.deepEqual(
              again.groups.flatMap((group) => group.updates),
              [update],
            );
          }
        }
      }),
      { numRuns: 400 },
    );
  }
});

test("whatever one update becomes, its neighbours read as they did without it", () => {
  for (const [list, sample] of Object.entries(SAMPLES)) {
    const neighbour = replace(sample, ["id"], "wamid.N");
    const alone = readWebhook(jsonBytes(webhookOf(list, [neighbour])));
    assert.ok(alone.readable);
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(sample)), anything, (path, value) => {
        const mutant = replace(sample, path, value);
        const reading = readWebhook(jsonBytes(webhookOf(list, [neighbour, mutant, neighbour])));
        assert.ok(reading.readable);
        const updates = reading.groups.flatMap((group) => group.updates);
        const [expected] = alone.groups[0]!.updates;
        assert.deepEqual([updates.length, updates[0], updates[2]], [3, expected, expected]);
        assert.ok(updates[1]?.kind !== "faulty" || updates[1].reason !== "unreadable", "no reader tripped");
      }),
      { numRuns: 400 },
    );
  }
});
