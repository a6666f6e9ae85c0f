import { Refusal } from "../../platform/refusal.ts";
import type { Act } from "../room.ts";

/**
 * The message that this click has made already, so that a console that lost the answer may ask twice; undefined when
 * there is none. The caller holds the conversation's lock. Refuses with `inbox.client_id_used` when the id is
 * somebody else's, or of another chat, and tells nothing about that message.
 */
export async function findSentBefore(
  { tx, actor }: Act,
  conversationId: string,
  clientId: string,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom("inbox_message")
    .select(["id", "conversation_id", "author_id"])
    .where("workspace_id", "=", actor.workspaceId)
    .where("client_id", "=", clientId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.conversation_id !== conversationId || row.author_id !== actor.memberId) {
    throw new Refusal("conflict", "inbox.client_id_used");
  }
  return row.id;
}
