import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { conversationMac, isGenuineConversation } from "../conversation-mac.ts";
import { ForgedRow } from "../forged-row.ts";
import type { InboxTables } from "../tables.ts";

export interface LockedConversation {
  readonly id: string;
  readonly contactId: string;
  readonly numberId: string;
  readonly assigneeId: string | null;
  readonly state: "open" | "closed";
  readonly lastPosition: number;
  readonly language: "en" | "ar" | null;
}

export function pairKey(contactId: string, numberId: string): string {
  return `${contactId}/${numberId}`;
}

/**
 * Finds or makes the conversation of every (contact, number) and locks it until the transaction ends, in order of
 * id. Whoever holds the lock gives out positions and decides what is a duplicate; two batches with messages of one
 * person take turns here.
 *
 * Refuses with `inbox.forged_row` where one of them is not as the program wrote it: nothing is added to a thread that
 * may be somebody else's.
 */
export async function lockConversations(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  pairs: ReadonlyArray<{ readonly contactId: string; readonly numberId: string }>,
): Promise<Map<string, LockedConversation>> {
  const unique = [...new Map(pairs.map((pair) => [pairKey(pair.contactId, pair.numberId), pair])).values()];
  const contacts = unique.map((pair) => pair.contactId);
  const numbers = unique.map((pair) => pair.numberId);
  let rows = await lockKnown(tx, vault, contacts, numbers);
  if (rows.length < unique.length) {
    const ids = unique.map(() => newId<string>());
    const macs = unique.map(({ contactId, numberId }, n) =>
      conversationMac(vault, {
        ...{ id: ids[n] ?? "", contact_id: contactId, number_id: numberId, assignee_id: null },
      }),
    );
    await sql`
      insert into inbox_conversation (workspace_id, id, contact_id, number_id, state, last_activity_at, created_at, mac)
      select ${vault.workspaceId}, id, contact_id, number_id, 'open', ${now}, ${now}, mac
      from unnest(${ids}::uuid[], ${contacts}::uuid[], ${numbers}::uuid[], ${macs}::bytea[])
        as new (id, contact_id, number_id, mac)
      order by contact_id, number_id
      on conflict (workspace_id, contact_id, number_id) do nothing
    `.execute(tx);
    rows = await lockKnown(tx, vault, contacts, numbers);
  }
  return new Map(rows.map((row) => [pairKey(row.contactId, row.numberId), row]));
}

async function lockKnown(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  contacts: readonly string[],
  numbers: readonly string[],
): Promise<LockedConversation[]> {
  const { rows } = await sql<{
    id: string;
    contact_id: string;
    number_id: string;
    assignee_id: string | null;
    mac: Buffer;
    state: "open" | "closed";
    last_position: string;
    language: "en" | "ar" | null;
  }>`
    select c.id, c.contact_id, c.number_id, c.assignee_id, c.mac, c.state, c.last_position, c.language
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
    state: row.state,
    lastPosition: Number(row.last_position),
    language: row.language,
  }));
}
