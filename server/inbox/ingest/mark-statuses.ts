import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { billedColumns, countNewlyBilled, isBilled } from "../billing/count-billed.ts";
import type { InboxTables } from "../tables.ts";
import type { FoldedStatus, StatusChange } from "./fold-statuses.ts";

export interface MarkedStatuses {
  /** `hashKey` of the wamids that some message has, changed or not. */
  readonly known: ReadonlySet<string>;
  readonly changed: readonly StatusChange[];
}

export function hashKey(hash: Buffer): string {
  return hash.toString("base64");
}

/**
 * Writes when messages were sent, delivered, read and played, and what Meta charges, to those whose wamid is known, in
 * one statement: they are locked in the order of their ids, and one that says it all already is not written again. What
 * became billable with it is counted in the same statement.
 */
export async function markStatuses(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  statuses: readonly FoldedStatus[],
): Promise<MarkedStatuses> {
  if (statuses.length === 0) return { known: new Set(), changed: [] };
  const time = (name: keyof FoldedStatus["times"]) => statuses.map(({ times }) => times[name] ?? null);
  const hashes = statuses.map(({ wamidHash }) => wamidHash);
  const { rows } = await sql<{ id: string; conversation_id: string; wamid_hash: Buffer; changed: boolean }>`
    with before as (
      select m.id, m.conversation_id, m.wamid_hash, ${isBilled("m")} as billed from inbox_message m
      where m.workspace_id = ${workspaceId} and m.wamid_hash = any(${hashes}::bytea[])
      order by m.id for no key update
    ), written as (
      update inbox_message m
      set sent_at = coalesce(m.sent_at, s.sent_at),
          delivered_at = coalesce(m.delivered_at, s.delivered_at),
          read_at = coalesce(m.read_at, s.read_at),
          played_at = coalesce(m.played_at, s.played_at),
          failed_at = coalesce(m.failed_at, s.failed_at),
          pricing = case when before.billed then m.pricing else coalesce(s.pricing, m.pricing) end
      from unnest(
        ${hashes}::bytea[], ${time("sent")}::timestamptz[], ${time("delivered")}::timestamptz[],
        ${time("read")}::timestamptz[], ${time("played")}::timestamptz[], ${time("failed")}::timestamptz[],
        ${statuses.map(({ pricing }) => (pricing === null ? null : JSON.stringify(pricing)))}::jsonb[]
      ) as s (wamid_hash, sent_at, delivered_at, read_at, played_at, failed_at, pricing), before
      where before.wamid_hash = s.wamid_hash and m.workspace_id = ${workspaceId} and m.id = before.id
        and ((m.sent_at is null and s.sent_at is not null) or (m.delivered_at is null and s.delivered_at is not null)
          or (m.read_at is null and s.read_at is not null) or (m.played_at is null and s.played_at is not null)
          or (m.failed_at is null and s.failed_at is not null)
          or (s.pricing is not null and not before.billed and m.pricing is distinct from s.pricing))
      returning ${billedColumns()}
    ), counted as (${countNewlyBilled(workspaceId)})
    select before.id, before.conversation_id, before.wamid_hash, written.id is not null as changed
    from before left join written on written.id = before.id
  `.execute(tx);
  return {
    known: new Set(rows.map((row) => hashKey(row.wamid_hash))),
    changed: rows.flatMap((row) =>
      row.changed ? [{ messageId: row.id, conversationId: row.conversation_id }] : [],
    ),
  };
}
