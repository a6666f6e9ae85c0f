import assert from "node:assert/strict";
import { after, test } from "node:test";
import { readWebhook } from "../../server/whatsapp/inbound/read-webhook.ts";
import { Desk } from "../support/desk.ts";
import { MetaDoor } from "../support/meta-door.ts";
import { runWardroom } from "../support/running-wardroom.ts";

const running = await runWardroom();
after(() => running[Symbol.asyncDispose]());
const door = new MetaDoor(running);
const desk = new Desk(running.owner);

/** Bodies of at most 3 MB, signed with a stolen secret, each made to become as much as it can. */
const BLOATED: ReadonlyArray<readonly [what: string, body: object]> = [
  ["hundreds of thousands of changes that are none", inEntry({ changes: numbers(300_000) })],
  [
    "hundreds of thousands of entries that are none",
    { object: "whatsapp_business_account", entry: numbers(300_000) },
  ],
  [
    "statuses that share metadata of a megabyte",
    door.change({
      statuses: numbers(100_000),
      metadata: { phone_number_id: door.phoneNumberId, display_phone_number: "1".repeat(1_000_000) },
    }),
  ],
  [
    "messages of one customer with a name of a megabyte",
    door.change({
      contacts: [{ wa_id: "971500000001", profile: { name: "n".repeat(1_000_000) } }],
      messages: Array.from({ length: 20_000 }, () => ({ from: "971500000001" })),
    }),
  ],
  [
    "changes that share a time of a megabyte",
    inEntry({ time: "t".repeat(1_000_000), changes: numbers(100_000) }),
  ],
  [
    "a history whose chunk has metadata of a megabyte",
    door.envelope(
      {
        messaging_product: "whatsapp",
        metadata: { phone_number_id: door.phoneNumberId },
        history: [{ metadata: "m".repeat(1_000_000), threads: [{ id: "1", messages: numbers(100_000) }] }],
      },
      "history",
    ),
  ],
];

for (const [what, body] of BLOATED)
  test(`${what}: read in a moment, to nothing but itself`, () => {
    const bytes = Buffer.from(JSON.stringify(body));
    assert.ok(bytes.length <= 3 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    const start = performance.now();
    assert.deepEqual(readWebhook(bytes), { readable: false, reason: "too_much" });
    assert.ok(performance.now() - start < 5_000);
    assert.ok(process.memoryUsage().rss - before < 500e6);
  });

test("a body that would become far more than it is waits in quarantine as one, as it came", async () => {
  const before = (await desk.held()).length;
  const [, body] = BLOATED[0] as (typeof BLOATED)[0];
  assert.equal((await door.post(body)).status, 200);
  const held = await desk.held();
  assert.equal(held.length, before + 1);
  assert.equal(held[0]?.reason, "too_much");
});

test("a POST of ten times Meta's largest batch is taken in update by update", () => {
  const statuses = Array.from({ length: 10_000 }, (_, n) => ({
    ...{ id: `wamid.${n}`, status: "sent", timestamp: "1795400000", recipient_id: "971500000001" },
  }));
  const reading = readWebhook(Buffer.from(JSON.stringify(door.change({ statuses }))));
  assert.ok(reading.readable);
  assert.equal(reading.groups.flatMap(({ updates }) => updates).length, 10_000);
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

function inEntry(entry: object): object {
  return { object: "whatsapp_business_account", entry: [{ id: door.wabaId, ...entry }] };
}
