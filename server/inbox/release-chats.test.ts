import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { inboxRig } from "../../tests/support/inbox-rig.ts";
import { takeConversation } from "./assign-conversation.ts";
import { releaseChats } from "./release-chats.ts";

test("a leaver's chats are given back while messages for the same chats come in", async () => {
  await using rig = await inboxRig();
  for (let n = 10; n < 22; n += 1) {
    rig.time.now = new Date(rig.time.now.getTime() + 1000); // the newest come first in the index
    await rig.take([rig.text(`9715000000${n}`, "hello")]);
  }
  const agent = rig.actor("agent");
  const { rows } = await rig.inTx((tx) =>
    sql<{ id: string }>`select id from inbox_conversation order by id`.execute(tx),
  );
  // Taken from the last to the first: where they lie in the table is not the order of their ids.
  for (const { id } of rows.toReversed()) await rig.act(agent, (act) => takeConversation(act, id));

  // A batch goes by id: it holds the first of them, and then wants the last.
  let releasing = Promise.resolve();
  await rig.inTx(async (tx) => {
    const hold = (at: number) =>
      sql`select from inbox_conversation where id = ${rows.at(at)?.id} for update`.execute(tx);
    await hold(0);
    releasing = rig.inTx((other) => releaseChats(other, rig.workspaceVault, agent.memberId));
    await sleep(200);
    await hold(-1);
  });
  await releasing;

  const { rows: left } = await rig.inTx((tx) =>
    sql`select count(*)::int as count from inbox_conversation where assignee_id is not null`.execute(tx),
  );
  assert.deepEqual(left, [{ count: 0 }]);
});
