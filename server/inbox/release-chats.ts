import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../platform/database.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { type BoundConversation, conversationMac, isGenuineConversation } from "./conversation-mac.ts";
import { announce, type MovedConversation } from "./live/live-change.ts";
import type { InboxTables } from "./tables.ts";

/** A member is gone: their chats wait for somebody else of the same team, so that no customer waits for nobody. */
export async function releaseChats(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  memberId: string,
): Promise<void> {
  await rebindChats(tx, vault, sql`assignee_id = ${memberId}`, (row) => ({ ...row, assignee_id: null }));
}

/** A member left teams: what was theirs there waits for somebody who is still in them. */
export async function releaseChatsOfTeams(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  { memberId, teamIds }: { readonly memberId: string; readonly teamIds: Iterable<string> },
): Promise<void> {
  const where = sql`assignee_id = ${memberId} and team_id = any(${[...teamIds]}::uuid[])`;
  await rebindChats(tx, vault, where, (row) => ({ ...row, assignee_id: null }));
}

/** A team is no more: its chats are another's, or everybody's. Whoever has one of them keeps it. */
export async function moveChatsOfTeam(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  { teamId, into }: { readonly teamId: string; readonly into: string | null },
): Promise<void> {
  await rebindChats(tx, vault, sql`team_id = ${teamId}`, (row) => ({ ...row, team_id: into }));
}

function movedFrom({ id, assignee_id, team_id }: BoundConversation): MovedConversation {
  return { id, assigneeId: assignee_id, teamId: team_id };
}

/** A row that the program did not write stays as it is, and nobody's: a new MAC would make it genuine. */
async function rebindChats(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  where: RawBuilder<unknown>,
  change: (row: BoundConversation) => BoundConversation,
): Promise<void> {
  const { workspaceId } = vault;
  // In the order in which batches take them: two who want the same chats wait for each other.
  const { rows } = await sql<BoundConversation & { mac: Buffer }>`
    select id, contact_id, number_id, assignee_id, team_id, mac from inbox_conversation
    where workspace_id = ${workspaceId} and ${where} order by id for update
  `.execute(tx);
  const genuine = rows.filter((row) => isGenuineConversation(vault, row));
  const theirs = genuine.map(change);
  if (theirs.length === 0) return;
  const ids = theirs.map(({ id }) => id);
  await sql`
    update inbox_conversation c
    set assignee_id = new.assignee_id, team_id = new.team_id, mac = new.mac, version = c.version + 1
    from unnest(${ids}::uuid[], ${theirs.map((row) => row.assignee_id)}::uuid[],
      ${theirs.map((row) => row.team_id)}::uuid[], ${theirs.map((row) => conversationMac(vault, row))}::bytea[])
      as new (id, assignee_id, team_id, mac)
    where c.workspace_id = ${workspaceId} and c.id = new.id
  `.execute(tx);
  await announce(tx, { workspaceId, conversations: ids, moved: genuine.map(movedFrom), things: ["members"] });
}
