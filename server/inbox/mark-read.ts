import { sql } from "kysely";
import { narrow } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { queueSend } from "../whatsapp/outbound/queue-send.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";
import { accessConversation, type Conversation } from "./access-conversation.ts";
import { announce } from "./live/live-change.ts";
import type { Act } from "./room.ts";
import { newestInboundWamid } from "./send/wamid-of.ts";

/**
 * The actor has seen everything up to a position. Unread is per member; the customer's blue ticks come only from the
 * assignee, never from a lead who looks on.
 */
export async function markRead(act: Act, conversationId: string, position: number): Promise<void> {
  const conversation = await accessConversation(act, conversationId, { lock: false });
  const { tx, actor } = act;
  // In one statement: a message that arrives between two would be in one of the counts and not in the other.
  const { rows } = await sql<{ seen: string; before: string }>`
    with unseen as (
      select count(*) as count from inbox_message
      where workspace_id = ${actor.workspaceId} and conversation_id = ${conversationId} and position > ${position}
        and direction = 'in' and kind not in ('reaction', 'edit', 'revoke')
    ), known as (
      select coalesce((select inbound_seen from inbox_read_cursor where workspace_id = ${actor.workspaceId}
        and member_id = ${actor.memberId} and conversation_id = ${conversationId}), 0) as before
    )
    insert into inbox_read_cursor (workspace_id, member_id, conversation_id, inbound_seen)
    select ${actor.workspaceId}, ${actor.memberId}, ${conversationId}, greatest(0, c.inbound_count - unseen.count)
    from inbox_conversation c, unseen
    where c.workspace_id = ${actor.workspaceId} and c.id = ${conversationId}
    on conflict (workspace_id, member_id, conversation_id)
      do update set inbound_seen = greatest(inbox_read_cursor.inbound_seen, excluded.inbound_seen)
    returning inbound_seen as seen, (select before from known) as before
  `.execute(tx);
  const [row] = rows;
  if (row === undefined || Number(row.seen) <= Number(row.before)) return;
  if (conversation.assigneeId === actor.memberId)
    await sendReceipt(act, conversation, { position, typing: false });
  await announce(tx, { workspaceId: actor.workspaceId, conversations: [conversationId] });
}

/** Shows the customer that we write, for at most 25 seconds (Meta, "Typing indicators"); marks as read as well. */
export async function showTyping(act: Act, conversationId: string): Promise<void> {
  const conversation = await accessConversation(act, conversationId, { lock: false });
  if (conversation.assigneeId === act.actor.memberId) await sendReceipt(act, conversation, { typing: true });
}

async function sendReceipt(
  act: Act,
  conversation: Conversation,
  { position, typing }: { readonly position?: number; readonly typing: boolean },
): Promise<void> {
  const wamid = await newestInboundWamid(act, conversation.id, position);
  if (wamid === undefined) return;
  await queueSend(
    narrow<WhatsappTables>(act.tx),
    { vault: act.vault, now: act.now, wake: act.room.wakeSender },
    {
      id: newId(),
      numberId: conversation.numberId,
      contactId: conversation.contactId,
      payload: { kind: "read_receipt", wamid, typing },
    },
  );
}
