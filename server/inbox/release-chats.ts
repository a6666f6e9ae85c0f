import { sql } from "kysely";
import type { Tx } from "../platform/database.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { type BoundConversation, conversationMac, isGenuineConversation } from "./conversation-mac.ts";
import { announce } from "./live/live-change.ts";
import type { InboxTables } from "./tables.ts";

/**
 * A member is gone: their open chats wait for somebody else, so that no customer waits for nobody.
 * A row that the program did not write stays as it is, and nobody's: a new MAC would make it genuine.
 */
export async function releaseChats(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  memberId: string,
): Promise<void> {
  const { workspaceId } = vault;
  // In the order in which batches take them: two who want the same chats wait for each other.
  const { rows } = await sql<BoundConversation & { mac: Buffer }>`
    select id, contact_id, number_id, assignee_id, mac from inbox_conversation
    where workspace_id = ${workspaceId} and assignee_id = ${memberId} order by id for update
  `.execute(tx);
  const theirs = rows.filter((row) => isGenuineConversation(vault, row));
  if (theirs.length === 0) return;
  const ids = theirs.map((row) => row.id);
  await sql`
    update inbox_conversation c set assignee_id = null, mac = free.mac, version = c.version + 1
    from unnest(${ids}::uuid[], ${theirs.map((row) => conversationMac(vault, { ...row, assignee_id: null }))}::bytea[])
      as free (id, mac)
    where c.workspace_id = ${workspaceId} and c.id = free.id
  `.execute(tx);
  await announce(tx, { workspaceId, conversations: ids, things: ["members"] });
}
