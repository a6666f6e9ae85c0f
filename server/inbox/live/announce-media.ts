import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { InboxTables } from "../tables.ts";
import { announce } from "./live-change.ts";

/** Tells open consoles that a file came, or did not: its message shows it. */
export async function announceMedia(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  mediaId: string,
): Promise<void> {
  const message = await tx
    .selectFrom("inbox_message")
    .select(["id", "conversation_id"])
    .where("workspace_id", "=", workspaceId)
    .where("media_id", "=", mediaId)
    .limit(1)
    .executeTakeFirst();
  if (message === undefined) return;
  const messages = [{ conversationId: message.conversation_id, messageId: message.id }];
  await announce(tx, { workspaceId, messages });
}
