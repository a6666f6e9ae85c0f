import { sql } from "kysely";
import { narrow } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { KeySubject } from "../vault/vault.ts";
import type { MessageBody } from "../whatsapp/message-body.ts";
import type { Conversation } from "./access-conversation.ts";
import { noteFirstAnswer } from "./performance/note-work.ts";
import { type Act, record } from "./room.ts";
import { bodyPlace, type StoredBody, wamidPlace } from "./stored-body.ts";

/** A message that a member sent in the past, and that Meta took under `wamid`. */
export interface PastSentMessage {
  readonly wamid: string;
  readonly body: MessageBody;
  readonly mediaId: string | null;
  readonly replyToWamid: string | null;
}

/**
 * Adds a message that the actor sent at `act.now`, already accepted: nothing leaves. It is sealed as every other one
 * is, under the contact's key of that month, and its statuses come in through `takeIn` by its wamid. Whoever answered
 * has read what came before, and so have the `readers`.
 *
 * The caller holds the conversation's lock and gives messages in their order. Returns the message's id.
 */
export async function importSentMessage(
  act: Act,
  conversation: Pick<Conversation, "id" | "contactId">,
  message: PastSentMessage,
  readers: readonly string[],
): Promise<string> {
  const { tx, vault, actor, now } = act;
  const id = newId<string>();
  const subject: KeySubject = { subjectId: conversation.contactId, keyClass: "conversation", at: now };
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const stored: StoredBody = {
    body: message.body,
    ...(message.mediaId === null ? {} : { mediaId: message.mediaId }),
  };
  const key = { id, conversationId: conversation.id };
  const { replyToWamid, wamid } = message;
  if (message.body.kind !== "reaction") await noteFirstAnswer(act, conversation.id);

  await sql`
    with moved as (
      update inbox_conversation
      set last_position = last_position + 1, version = version + 1, last_message_id = ${id},
        last_activity_at = greatest(last_activity_at, ${now}), waiting_since = null
      where workspace_id = ${actor.workspaceId} and id = ${conversation.id}
      returning last_position, inbound_count
    ), seen as (
      insert into inbox_read_cursor (workspace_id, member_id, conversation_id, inbound_seen)
      select ${actor.workspaceId}, reader, ${conversation.id}, moved.inbound_count
      from moved, unnest(${[...new Set([actor.memberId, ...readers])]}::uuid[]) as reader
      on conflict (workspace_id, member_id, conversation_id) do update set inbound_seen = excluded.inbound_seen
    )
    insert into inbox_message (workspace_id, id, conversation_id, position, direction, kind, author_id, wamid_hash,
      wamid_sealed, body_sealed, media_id, reply_to_hash, recorded_at, send_state)
    select ${actor.workspaceId}, ${id}, ${conversation.id}, moved.last_position, 'out', ${message.body.kind},
      ${actor.memberId}, ${vault.hash("wamid", wamid)}, ${keys.seal(subject, wamidPlace(key), wamid)},
      ${keys.seal(subject, bodyPlace(key), JSON.stringify(stored))}, ${message.mediaId},
      ${replyToWamid === null ? null : vault.hash("wamid", replyToWamid)}, ${now}, 'accepted'
    from moved
  `.execute(tx);

  await record(act, {
    kind: "message.imported",
    subject: `message:${id}`,
    contactId: conversation.contactId,
    detail: { conversation: conversation.id, kind: message.body.kind },
  });
  return id;
}
