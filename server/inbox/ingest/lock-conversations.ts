import { sql } from "kysely";
import type { AccessTables } from "../../access/tables.ts";
import { defaultTeamOf, listNumberTeams, type NumbersOfTeams } from "../../access/teams/number-teams.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { conversationMac, isGenuineConversation } from "../conversation-mac.ts";
import { ForgedRow } from "../forged-row.ts";
import type { InboxTables } from "../tables.ts";
import { RaceLost } from "./race-lost.ts";

export interface LockedConversation {
  readonly id: string;
  readonly contactId: string;
  readonly numberId: string;
  readonly assigneeId: string | null;
  readonly teamId: string | null;
  readonly state: "open" | "closed";
  readonly lastPosition: number;
  readonly language: "en" | "ar" | null;
}

export function pairKey(contactId: string, numberId: string): string {
  return `${contactId}/${numberId}`;
}

export interface ConversationPair {
  readonly contactId: string;
  readonly numberId: string;
}

/**
 * Finds or makes the conversation of every (contact, number) and locks it until the transaction ends, in order of
 * id. Whoever holds the lock gives out positions; two batches with messages of one person take turns here.
 *
 * Refuses with `inbox.forged_row` where one of them is not as the program wrote it: nothing is added to a thread that
 * may be somebody else's. Throws RaceLost when another transaction makes one of them at this moment.
 */
export async function lockConversations(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  pairs: readonly ConversationPair[],
): Promise<Map<string, LockedConversation>> {
  const known = await lockKnown(tx, vault, pairs);
  const numbers = await listNumberTeams(narrow<AccessTables>(tx), vault);
  const { conversations, made } = makeMissing(pairs, known, numbers);
  await insertConversations(tx, vault, now, made);
  return conversations;
}

/** All of them, with new ones for those that are not among the locked: these are their number's team's. */
export function makeMissing(
  pairs: readonly ConversationPair[],
  locked: readonly LockedConversation[],
  numbers: NumbersOfTeams,
): { conversations: Map<string, LockedConversation>; made: LockedConversation[] } {
  const conversations = new Map(locked.map((row) => [pairKey(row.contactId, row.numberId), row]));
  const made: LockedConversation[] = [];
  for (const { contactId, numberId } of pairs) {
    if (conversations.has(pairKey(contactId, numberId))) continue;
    const teamId = defaultTeamOf(numbers, numberId);
    const ids = { id: newId<string>(), contactId, numberId, assigneeId: null, teamId };
    const conversation: LockedConversation = { ...ids, state: "open", lastPosition: 0, language: null };
    conversations.set(pairKey(contactId, numberId), conversation);
    made.push(conversation);
  }
  return { conversations, made };
}

export async function insertConversations(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  made: readonly LockedConversation[],
): Promise<void> {
  if (made.length === 0) return;
  const macs = made.map(({ id, contactId, numberId, teamId }) =>
    conversationMac(vault, {
      ...{ id, contact_id: contactId, number_id: numberId, assignee_id: null, team_id: teamId },
    }),
  );
  const { numAffectedRows } = await sql`
    insert into inbox_conversation (workspace_id, id, contact_id, number_id, team_id, state, last_activity_at, created_at, mac)
    select ${vault.workspaceId}, id, contact_id, number_id, team_id, 'open', ${now}, ${now}, mac
    from unnest(${made.map(({ id }) => id)}::uuid[], ${made.map(({ contactId }) => contactId)}::uuid[],
      ${made.map(({ numberId }) => numberId)}::uuid[], ${made.map(({ teamId }) => teamId)}::uuid[], ${macs}::bytea[])
      as new (id, contact_id, number_id, team_id, mac)
    order by contact_id, number_id
    on conflict (workspace_id, contact_id, number_id) do nothing
  `.execute(tx);
  if (numAffectedRows !== BigInt(made.length)) throw new RaceLost("conversation");
}

/** Those that are there already, locked. */
export async function lockKnown(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  pairs: readonly ConversationPair[],
): Promise<LockedConversation[]> {
  if (pairs.length === 0) return [];
  const contacts = pairs.map(({ contactId }) => contactId);
  const numbers = pairs.map(({ numberId }) => numberId);
  const { rows } = await sql<{
    id: string;
    contact_id: string;
    number_id: string;
    assignee_id: string | null;
    team_id: string | null;
    mac: Buffer;
    state: "open" | "closed";
    last_position: string;
    language: "en" | "ar" | null;
  }>`
    select c.id, c.contact_id, c.number_id, c.assignee_id, c.team_id, c.mac, c.state, c.last_position, c.language
    from inbox_conversation c
    where c.workspace_id = ${vault.workspaceId}
      and (c.contact_id, c.number_id) in (select * from unnest(${contacts}::uuid[], ${numbers}::uuid[]))
    order by c.id for update
  `.execute(tx);
  const forged = rows.find((row) => !isGenuineConversation(vault, row));
  if (forged !== undefined) throw new ForgedRow("inbox_conversation", forged.id);
  return rows.map((row) => ({
    id: row.id,
    contactId: row.contact_id,
    numberId: row.number_id,
    assigneeId: row.assignee_id,
    teamId: row.team_id,
    state: row.state,
    lastPosition: Number(row.last_position),
    language: row.language,
  }));
}
