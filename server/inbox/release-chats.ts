import { sql } from "kysely";
import type { Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { announce } from "./live/live-change.ts";
import type { InboxTables } from "./tables.ts";

/** A member is gone: their open chats wait for somebody else, so that no customer waits for nobody. */
export async function releaseChats(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  memberId: string,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update inbox_conversation set assignee_id = null, version = version + 1
    where workspace_id = ${workspaceId} and assignee_id = ${memberId} returning id
  `.execute(tx);
  if (rows.length > 0)
    await announce(tx, { workspaceId, conversations: rows.map((row) => row.id), things: ["members"] });
}
