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
    with theirs as (
      -- In the order in which batches take them: two who want the same chats wait for each other.
      select id from inbox_conversation
      where workspace_id = ${workspaceId} and assignee_id = ${memberId} order by id for update
    )
    update inbox_conversation c set assignee_id = null, version = c.version + 1
    from theirs where c.workspace_id = ${workspaceId} and c.id = theirs.id
    returning c.id
  `.execute(tx);
  if (rows.length > 0)
    await announce(tx, { workspaceId, conversations: rows.map((row) => row.id), things: ["members"] });
}
