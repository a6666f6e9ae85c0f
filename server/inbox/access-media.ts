import { narrow } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import type { VaultTables } from "../vault/tables.ts";
import { accessConversation, type Conversation } from "./access-conversation.ts";
import { ForgedRow } from "./forged-row.ts";
import type { Act } from "./room.ts";
import { openBody } from "./show-messages.ts";

/**
 * The door to a file: whoever may see the conversation of its message may have it. Refuses with `media.not_found`, and
 * with `inbox.forged_row` where the message itself does not say that this is its file.
 */
export async function accessMedia(act: Act, mediaId: string): Promise<Conversation> {
  const message = await act.tx
    .selectFrom("inbox_message")
    .select(["id", "conversation_id", "body_sealed"])
    .where("workspace_id", "=", act.actor.workspaceId)
    .where("media_id", "=", mediaId)
    .limit(1)
    .executeTakeFirst();
  if (message === undefined) throw new Refusal("not_found", "media.not_found");
  const conversation = await accessConversation(act, message.conversation_id, { lock: false });
  const keys = await act.vault.keysOf(narrow<VaultTables>(act.tx), [message.body_sealed]);
  if (openBody(keys, message)?.mediaId !== mediaId) throw new ForgedRow("inbox_message", message.id);
  return conversation;
}
