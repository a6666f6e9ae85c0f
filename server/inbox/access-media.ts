import { Refusal } from "../platform/refusal.ts";
import { accessConversation, type Conversation } from "./access-conversation.ts";
import type { Act } from "./room.ts";

/** The door to a file: whoever may see the conversation of its message may have it. Refuses with `media.not_found`. */
export async function accessMedia(act: Act, mediaId: string): Promise<Conversation> {
  const message = await act.tx
    .selectFrom("inbox_message")
    .select("conversation_id")
    .where("workspace_id", "=", act.actor.workspaceId)
    .where("media_id", "=", mediaId)
    .limit(1)
    .executeTakeFirst();
  if (message === undefined) throw new Refusal("not_found", "media.not_found");
  return accessConversation(act, message.conversation_id, { lock: false });
}
