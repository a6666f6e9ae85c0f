import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { type InboxRig, inboxRig, partyOf } from "../../../tests/support/inbox-rig.ts";
import type { Update } from "../../whatsapp/inbound/update.ts";
import { commitBatch } from "./commit-batch.ts";
import type { IngestPart } from "./part.ts";

/** Of a shape that we take, with a number that no column of ours holds. */
function poison(rig: InboxRig, wamid: string): Update {
  return {
    ...{ kind: "status", status: "failed", wamid, metaAt: rig.time.now, callbackData: null, pricing: null },
    failure: { code: 1e12, title: "no", details: null },
    ...{ recipient: partyOf("971500000001"), raw: JSON.stringify({ wamid }) },
  };
}

async function stored(rig: InboxRig) {
  const { rows } = await rig.inTx((tx) =>
    sql<{ messages: number; held: number; reason: string | null }>`
      select (select count(*)::int from inbox_message) as messages, count(*)::int as held, max(reason) as reason
      from whatsapp_quarantine`.execute(tx),
  );
  return rows[0];
}

/** Runs the batch and counts its attempts: each asks for the time once. */
async function countAttempts(rig: InboxRig, parts: readonly IngestPart[]): Promise<number> {
  let attempts = 0;
  const clock = () => {
    attempts += 1;
    return rig.time.now;
  };
  await commitBatch({ ...rig.deps, clock }, rig.workspaceId, parts);
  return attempts;
}

test("one wrong update of a large batch is found in few transactions and held alone", async () => {
  await using rig = await inboxRig();
  const posts = Array.from({ length: 64 }, (_, n) => [rig.text(`9715${n}`, `message ${n}`)]);
  posts[37] = [rig.text("97159999", "beside it"), poison(rig, "wamid.1"), rig.text("97159998", "behind it")];

  const attempts = await countAttempts(rig, rig.parts(...posts));

  assert.deepEqual(await stored(rig), { messages: 65, held: 1, reason: "database" });
  assert.equal(attempts <= 2 * (Math.log2(64) + 2) + 2, true, `${attempts} transactions`);
});

test("an update that cannot even be held is refused, and its neighbours on both sides are kept", async () => {
  await using rig = await inboxRig();
  const [first, second, third] = rig.parts(
    [rig.text("971500000001", "before")],
    [poison(rig, "wamid.1")],
    [rig.text("971500000002", "after")],
  );
  // PostgreSQL takes no NUL in a text column, and this one belongs to the quarantine's own row.
  const unholdable = { ...second, appId: "47\u000011" } as IngestPart;

  await assert.rejects(
    commitBatch(rig.deps, rig.workspaceId, [first, unholdable, third] as IngestPart[]),
    /invalid byte sequence/,
  );

  assert.deepEqual(await stored(rig), { messages: 2, held: 0, reason: null });
});

test("what loses every race is sent again and not held as if it were wrong", async () => {
  await using rig = await inboxRig();
  let attempts = 0;
  const clock = () => {
    attempts += 1;
    throw Object.assign(new Error("deadlock detected"), { code: "40P01" });
  };

  await assert.rejects(
    commitBatch({ ...rig.deps, clock }, rig.workspaceId, rig.parts([rig.text("971500000001", "hello")])),
    { kind: "unavailable", code: "ingest.contended" },
  );

  assert.equal(attempts, 8);
  assert.deepEqual(await stored(rig), { messages: 0, held: 0, reason: null });
});
