import { sql } from "kysely";
import { narrow } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject } from "../../vault/vault.ts";
import type { MessageBody } from "../../whatsapp/message-body.ts";
import { queueSend } from "../../whatsapp/outbound/queue-send.ts";
import type { SendInput } from "../../whatsapp/outbound/send-payload.ts";
import type { WhatsappTables } from "../../whatsapp/tables.ts";
import { announce } from "../live/live-change.ts";
import { noteFirstAnswer } from "../performance/note-work.ts";
import { type Act, record } from "../room.ts";
import { bodyPlace, type StoredBody } from "../stored-body.ts";

export interface NewOutgoing {
  readonly clientId: string;
  readonly body: MessageBody;
  readonly payload: SendInput;
  readonly mediaId: string | null;
  readonly replyToHash: Buffer | null;
  readonly targetHash: Buffer | null;
}

interface Target {
  readonly id: string;
  readonly contactId: string;
  readonly numberId: string;
  readonly lastPosition: number;
}

/**
 * Adds a message of ours to a locked conversation and to the outbox, with its event, in one transaction. Returns its
 * id. It is durable when that commits, and then it leaves on its own.
 */
export async function addOutgoing(act: Act, conversation: Target, message: NewOutgoing): Promise<string> {
  const { tx, vault, actor, now, room } = act;
  const id = newId<string>();
  const { numberId, contactId } = conversation;
  await Promise.all([
    message.body.kind === "reaction" ? undefined : noteFirstAnswer(act, conversation.id),
    addMessage(act, conversation, { ...message, id }),
    queueSend(
      narrow<WhatsappTables>(tx),
      { vault, now, wake: room.wakeSender },
      { id, numberId, contactId, payload: message.payload },
    ),
    record(act, {
      kind: "message.sent",
      subject: `message:${id}`,
      contactId,
      detail: { conversation: conversation.id, kind: message.body.kind },
    }),
    announce(tx, {
      workspaceId: actor.workspaceId,
      conversations: [conversation.id],
      messages: [{ conversationId: conversation.id, messageId: id }],
    }),
  ]);
  return id;
}

/** The line of the thread, and the conversation raised by it. */
async function addMessage(
  { tx, vault, actor, now }: Act,
  conversation: Target,
  { id, body, mediaId, ...message }: NewOutgoing & { readonly id: string },
): Promise<void> {
  const position = conversation.lastPosition + 1;
  const subject: KeySubject = { subjectId: conversation.contactId, keyClass: "conversation", at: now };
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const stored: StoredBody = { body, ...(mediaId === null ? {} : { mediaId }) };
  const place = bodyPlace({ id, conversationId: conversation.id });
  const isLine = body.kind !== "reaction";
  await Promise.all([
    sql`
      insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, author_id, body_sealed,
        media_id, reply_to_hash, target_hash, recorded_at, send_state, client_id)
      values (${actor.workspaceId}, ${id}, ${conversation.id}, ${position}, 'out', ${body.kind}, ${actor.memberId},
        ${keys.seal(subject, place, JSON.stringify(stored))}, ${mediaId}, ${message.replyToHash}, ${message.targetHash},
        ${now}, 'queued', ${message.clientId})`.execute(tx),
    sql`
      update inbox_conversation set last_position = ${position}, version = version + 1,
        last_message_id = case when ${isLine} then ${id}::uuid else last_message_id end,
        last_activity_at = case when ${isLine} then greatest(last_activity_at, ${now}) else last_activity_at end,
        waiting_since = case when ${isLine} then null else waiting_since end
      where workspace_id = ${actor.workspaceId} and id = ${conversation.id}`.execute(tx),
  ]);
}
