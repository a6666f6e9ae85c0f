import { sql } from "kysely";
import type { Actor } from "../identity/actor.ts";
import type { Tx } from "../platform/database.ts";
import { maySeeAll } from "./list-conversations.ts";
import type { InboxTables } from "./tables.ts";

export interface Counts {
  readonly mine: number;
  readonly unassigned: number;
  readonly all: number | null;
  readonly unread: number;
}

/** Open chats by who has them; null for those that nobody has. */
export type CountedChats = ReadonlyMap<string | null, { readonly chats: number; readonly unread: number }>;

/** Open chats per assignee, and how many of theirs hold something that they have not read. One query for everybody. */
export async function countChats(tx: Tx<InboxTables>, workspaceId: string): Promise<CountedChats> {
  const { rows } = await sql<{ assignee_id: string | null; chats: string; unread: string }>`
    select c.assignee_id, count(*) as chats,
           count(*) filter (where c.inbound_count > coalesce(r.inbound_seen, 0)) as unread
    from inbox_conversation c
    left join inbox_read_cursor r
      on r.workspace_id = c.workspace_id and r.member_id = c.assignee_id and r.conversation_id = c.id
    where c.workspace_id = ${workspaceId} and c.state = 'open'
    group by c.assignee_id
  `.execute(tx);
  return new Map(
    rows.map((row) => [row.assignee_id, { chats: Number(row.chats), unread: Number(row.unread) }]),
  );
}

/** The same as one actor may know it. */
export function countsFor(actor: Actor, counted: CountedChats): Counts {
  const own = counted.get(actor.memberId);
  const all = [...counted.values()].reduce((sum, { chats }) => sum + chats, 0);
  return {
    mine: own?.chats ?? 0,
    unassigned: counted.get(null)?.chats ?? 0,
    all: maySeeAll(actor) ? all : null,
    unread: own?.unread ?? 0,
  };
}
