import { type RawBuilder, sql } from "kysely";
import type { Db } from "../platform/database.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { isGenuineConversation } from "./conversation-mac.ts";
import type { DeliveryColumns } from "./delivery.ts";
import { OPENING_COLUMNS, type OpeningColumns, openedUntil } from "./opening-mac.ts";
import type { Direction, InboxTables } from "./tables.ts";

/** A conversation with what its list row needs, still sealed. */
export interface ConversationRow {
  readonly id: string;
  readonly contact_id: string;
  readonly number_id: string;
  readonly state: "open" | "closed";
  readonly assignee_id: string | null;
  readonly team_id: string | null;
  readonly language: "en" | "ar" | null;
  readonly version: string;
  readonly inbound_count: string;
  readonly last_inbound_at: Date | null;
  readonly last_activity_at: Date;
  readonly waiting_since: Date | null;
  readonly inbound_seen: string | null;
  /** "forged" counts as never opened. */
  readonly opened_until: Date | null | "forged";
  /** False: the program did not write it as it stands. Only its place in the list counts; it is not shown. */
  readonly genuine: boolean;
  readonly profile_sealed: Buffer;
  readonly last: LastMessage | null;
}

export interface LastMessage extends DeliveryColumns {
  readonly id: string;
  readonly direction: Direction;
  readonly kind: string;
  readonly body_sealed: Buffer;
}

export interface RowQuery {
  readonly vault: WorkspaceVault;
  /** Whose unread count and openings. */
  readonly memberId: string;
  /** On `c`, the conversation. */
  readonly where: RawBuilder<unknown>;
  readonly limit: number;
}

/** Conversations by newest activity, with contact, last message, the member's read cursor and opening. */
export async function findConversationRows(db: Db<InboxTables>, query: RowQuery): Promise<ConversationRow[]> {
  const { vault, memberId } = query;
  const { rows } = await sql<StoredRow>`
    select c.id, c.contact_id, c.number_id, c.state, c.assignee_id, c.team_id, c.language, c.version, c.inbound_count,
           c.last_inbound_at, c.last_activity_at, c.waiting_since, r.inbound_seen, c.mac,
           ${OPENING_COLUMNS}, p.profile_sealed, m.id as m_id, m.direction as m_direction, m.kind as m_kind, m.body_sealed as m_body_sealed,
           m.send_state as m_send_state, m.sent_at as m_sent_at, m.delivered_at as m_delivered_at, m.read_at as m_read_at,
           m.played_at as m_played_at, m.failed_at as m_failed_at, m.failure_code as m_failure_code
    from inbox_conversation c
    join inbox_contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
    left join inbox_message m on m.workspace_id = c.workspace_id and m.id = c.last_message_id
    left join inbox_read_cursor r
      on r.workspace_id = c.workspace_id and r.member_id = ${memberId} and r.conversation_id = c.id
    left join inbox_opening o
      on o.workspace_id = c.workspace_id and o.member_id = ${memberId} and o.conversation_id = c.id
    where c.workspace_id = ${vault.workspaceId} and ${query.where}
    order by c.last_activity_at desc, c.id desc
    limit ${query.limit}
  `.execute(db);
  return rows.map((row) => ({
    ...row,
    genuine: isGenuineConversation(vault, row),
    opened_until: openedUntil(vault, { conversationId: row.id, memberId }, row),
    last: row.m_id === null ? null : lastOf(row),
  }));
}

type StoredRow = Omit<ConversationRow, "genuine" | "opened_until" | "last"> &
  OpeningColumns & { readonly mac: Buffer } & Record<`m_${keyof LastMessage}`, never>;

function lastOf(row: Record<`m_${keyof LastMessage}`, unknown>): LastMessage {
  return {
    id: row.m_id,
    direction: row.m_direction,
    kind: row.m_kind,
    body_sealed: row.m_body_sealed,
    send_state: row.m_send_state,
    sent_at: row.m_sent_at,
    delivered_at: row.m_delivered_at,
    read_at: row.m_read_at,
    played_at: row.m_played_at,
    failed_at: row.m_failed_at,
    failure_code: row.m_failure_code,
  } as LastMessage;
}
