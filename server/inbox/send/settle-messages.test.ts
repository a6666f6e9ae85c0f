import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { inboxRig } from "../../../tests/support/inbox-rig.ts";
import { narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { Settlement } from "../../whatsapp/outbound/outbox.ts";
import { settleMessages } from "./settle-messages.ts";

type Rig = Awaited<ReturnType<typeof inboxRig>>;

/** Two customers, and a message on its way to each. */
async function twoOnTheirWay(rig: Rig) {
  await rig.take([rig.text("971500000001", "hello"), rig.text("971500000002", "hello")]);
  const { rows } = await rig.inTx((tx) =>
    sql<{
      id: string;
      contact_id: string;
    }>`select id, contact_id from inbox_conversation order by id`.execute(tx),
  );
  const lines = rows.map((row) => ({
    id: newId<string>(),
    conversationId: row.id,
    contactId: row.contact_id,
  }));
  await rig.inTx((tx) =>
    sql`insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, body_sealed, recorded_at, send_state)
      select ${rig.workspaceId}, id, conversation_id, 2, 'out', 'text', '', ${rig.time.now}, 'sending'
      from unnest(${lines.map(({ id }) => id)}::uuid[], ${lines.map((line) => line.conversationId)}::uuid[])
        as u (id, conversation_id)`.execute(tx),
  );
  return lines.map(({ id, contactId }) => ({
    ...{ workspaceId: rig.workspaceId, id, contactId, at: rig.time.now, alarm: false },
    ...{ state: "accepted" as const, wamid: `wamid.${id}` },
  }));
}

async function linesOf(rig: Rig) {
  const { rows } = await rig.inTx((tx) =>
    sql<{ id: string; send_state: string; known: boolean; failure_code: number | null }>`
      select id, send_state, wamid_hash is not null as known, failure_code
      from inbox_message where direction = 'out' order by id`.execute(tx),
  );
  return rows;
}

test("several messages are settled at once, each with what became of it", async () => {
  await using rig = await inboxRig();
  const [one, two] = (await twoOnTheirWay(rig)) as [Settlement, Settlement];
  const failed: Settlement = {
    ...{ workspaceId: two.workspaceId, id: two.id, contactId: two.contactId, at: two.at },
    ...{ state: "failed", alarm: false, failure: { code: 131047, reason: "window_closed" } },
  };
  await rig.inTx((tx) => settleMessages(narrow(tx), rig.vault, [failed, one]));
  assert.deepEqual(
    await linesOf(rig),
    [
      { id: one.id, send_state: "accepted", known: true, failure_code: null },
      { id: two.id, send_state: "failed", known: false, failure_code: 131047 },
    ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
});

test("a contact erased while their message was on its way holds up nobody's results", async () => {
  await using rig = await inboxRig();
  const [erased, other] = (await twoOnTheirWay(rig)) as [Settlement, Settlement];
  await rig.inTx((tx) => rig.workspaceVault.destroyKeys(narrow(tx), [erased.contactId], rig.time.now));
  await rig.inTx((tx) => settleMessages(narrow(tx), rig.vault, [erased, other]));
  assert.deepEqual(
    new Map((await linesOf(rig)).map((line) => [line.id, [line.send_state, line.known]])),
    new Map([
      [erased.id, ["accepted", false]],
      [other.id, ["accepted", true]],
    ]),
  );
});
