import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import { decideInDoubt } from "../../whatsapp/outbound/decide-in-doubt.ts";
import type { WhatsappTables } from "../../whatsapp/tables.ts";
import { accessConversation } from "../access-conversation.ts";
import { hiddenAs } from "../hidden.ts";
import { findMessages } from "../list-messages.ts";
import { announce } from "../live/live-change.ts";
import { type Act, record } from "../room.ts";
import type { MessageView } from "../views.ts";

/** A person decides about a message that failed or is in doubt: it goes out again, or never. */
export async function decideMessage(
  act: Act,
  messageId: string,
  decision: "send_again" | "drop",
): Promise<MessageView> {
  const { tx, actor, now, room } = act;
  const row = await tx
    .selectFrom("inbox_message")
    .select("conversation_id")
    .where("workspace_id", "=", actor.workspaceId)
    .where("id", "=", messageId)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "inbox.no_message");
  const conversation = await hiddenAs("inbox.no_message", () =>
    accessConversation(act, row.conversation_id, { lock: true }),
  );

  const state = await decideInDoubt(narrow<WhatsappTables>(tx), {
    workspaceId: actor.workspaceId,
    id: messageId,
    decision,
    now,
    wake: room.wakeSender,
  });
  await tx
    .updateTable("inbox_message")
    .set({ send_state: state, failed_at: null, failure_code: null, failure_sealed: null })
    .where("workspace_id", "=", actor.workspaceId)
    .where("id", "=", messageId)
    .execute();
  await record(act, {
    kind: "message.decided",
    subject: `message:${messageId}`,
    contactId: conversation.contactId,
    detail: { decision },
  });
  await announce(tx, {
    workspaceId: actor.workspaceId,
    conversations: [conversation.id],
    messages: [{ conversationId: conversation.id, messageId }],
  });
  const [message] = await findMessages(act, [messageId]);
  if (message === undefined) throw new Refusal("not_found", "inbox.no_message");
  return message;
}
