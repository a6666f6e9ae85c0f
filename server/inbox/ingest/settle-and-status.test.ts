import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { inboxRig, partyOf } from "../../../tests/support/inbox-rig.ts";
import { narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { StatusUpdate, Update } from "../../whatsapp/inbound/update.ts";
import { settleAttempts } from "../../whatsapp/outbound/settle-attempts.ts";
import { takeConversation } from "../assign-conversation.ts";
import { sendMessage } from "../send/send-message.ts";
import { settleMessages } from "../send/settle-messages.ts";
import { takeIn } from "./take-in.ts";

test("a status that comes while its answer is being written waits for it, and neither loses the other", async () => {
  await using rig = await inboxRig();
  await rig.take([rig.text("971500000001", "hello")]);
  const { id: conversationId, contact_id: contactId } = await rig.onlyConversation();
  const agent = rig.actor("agent");
  await rig.act(agent, (act) => takeConversation(act, conversationId));
  const { id } = await rig.act(agent, (act) =>
    sendMessage(act, conversationId, { kind: "text", clientId: newId(), text: "hi" }),
  );
  await rig.inTx((tx) =>
    sql`update whatsapp_outbox set state = 'sending', attempts = 1, attempted_at = now()`.execute(tx),
  );
  const delivered: StatusUpdate & Update = {
    ...{ kind: "status", status: "delivered", wamid: "wamid.ours", metaAt: rig.time.now, callbackData: id },
    ...{ recipient: partyOf("971500000001"), failure: null, pricing: null, raw: "{}" },
  };

  // The sender has its row of the outbox and comes for the message when the status is there already.
  const statusTaken = Promise.withResolvers<void>();
  const row = { id, contactId, kind: "message" as const, attempts: 1, createdAt: rig.time.now };
  const outcome = { kind: "accepted" as const, wamid: "wamid.ours", recipient: null };
  const settling = rig.inTx((tx) =>
    settleAttempts(
      narrow(tx),
      async (inner, settlements) => {
        const taking = rig.inTx((other) =>
          takeIn(
            other,
            { vault: rig.workspaceVault, audit: rig.audit, now: rig.time.now, webhookTimes: new Map() },
            rig.parts([delivered]),
          ),
        );
        taking.then(() => statusTaken.resolve(), statusTaken.reject);
        await sleep(300); // until it waits for the row we hold
        await settleMessages(narrow(inner), rig.vault, settlements);
      },
      {
        workspaceId: rig.workspaceId,
        finished: [{ row, begun: true, outcome, dueAt: rig.time.now }],
        now: rig.time.now,
      },
    ),
  );

  await Promise.all([settling, statusTaken.promise]);
  const { rows } = await rig.inTx((tx) =>
    sql`select m.send_state, m.delivered_at is not null as delivered, m.wamid_hash is not null as known, o.state
        from inbox_message m join whatsapp_outbox o on o.id = m.id
        where m.direction = 'out'`.execute(tx),
  );
  assert.deepEqual(rows, [{ send_state: "accepted", delivered: true, known: true, state: "accepted" }]);
});
