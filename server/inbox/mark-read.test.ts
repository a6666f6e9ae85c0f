import assert from "node:assert/strict";
import { test } from "node:test";
import type { KyselyPlugin } from "kysely";
import { inboxRig } from "../../tests/support/inbox-rig.ts";
import { markRead } from "./mark-read.ts";
import { showConversationRow } from "./open-conversation.ts";

test("a message that arrives while one marks as read is the only one left unread", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text("971500000001", "one"), rig.text("971500000001", "two")]);
  const { id } = await rig.onlyConversation();
  const lead = rig.actor("team_lead");

  let arrived = false;
  const arriveAfterFirstLook: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (!arrived) {
        arrived = true;
        await rig.take([rig.text("971500000001", "three")]);
      }
      return result;
    },
  };
  await rig.act(lead, (act) => markRead({ ...act, tx: act.tx.withPlugin(arriveAfterFirstLook) }, id, 2));

  const row = await rig.act(lead, (act) => showConversationRow(act, id));
  assert.equal(arrived, true);
  assert.equal(row.unread, 1);
});

test("reading an older stretch later, or beyond the end, never brings unread messages back", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text("971500000001", "one"), rig.text("971500000001", "two")]);
  const { id } = await rig.onlyConversation();
  const lead = rig.actor("team_lead");
  const unreadAfter = async (position: number) => {
    await rig.act(lead, (act) => markRead(act, id, position));
    return (await rig.act(lead, (act) => showConversationRow(act, id))).unread;
  };

  assert.deepEqual(
    [await unreadAfter(0), await unreadAfter(1), await unreadAfter(99), await unreadAfter(1)],
    [2, 1, 0, 0],
  );
});
