import { narrow } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import type { VaultTables } from "../vault/tables.ts";
import { accessConversation, type Conversation } from "./access-conversation.ts";
import { ForgedRow } from "./forged-row.ts";
import { hiddenAs } from "./hidden.ts";
import type { Act } from "./room.ts";
import { openBody } from "./show-messages.ts";

/** Nobody's. */
const NO_CHAT = "00000000-0000-0000-0000-000000000000";

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
  // Of a file that is not there a chat is looked for as well: the time that it takes says no more than the answer.
  const conversation = await hiddenAs("media.not_found", () =>
    accessConversation(act, message?.conversation_id ?? NO_CHAT, { lock: false }),
  ).catch((error: unknown) => {
    if (message !== undefined) throw error;
  });
  if (message === undefined || conversation === undefined) throw new Refusal("not_found", "media.not_found");
  const keys = await act.vault.keysOf(narrow<VaultTables>(act.tx), [message.body_sealed]);
  if (openBody(keys, message)?.mediaId !== mediaId) throw new ForgedRow("inbox_message", message.id);
  return conversation;
}
