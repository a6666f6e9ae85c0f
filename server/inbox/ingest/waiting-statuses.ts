import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { billedColumns, countNewlyBilled, isBilled } from "../billing/count-billed.ts";
import type { InboxTables } from "../tables.ts";
import type { FoldedStatus, StatusChange } from "./fold-statuses.ts";

/** Keeps statuses of messages that we do not know yet. */
export async function keepWaiting(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  statuses: readonly FoldedStatus[],
): Promise<void> {
  const rows = statuses.flatMap((status) =>
    Object.entries(status.times).map(([name, at]) => ({ status, name, at })),
  );
  if (rows.length === 0) return;
  await sql`
    insert into inbox_waiting_status (workspace_id, wamid_hash, status, at, failure_code, pricing, received_at)
    select ${vault.workspaceId}, wamid_hash, status, at, failure_code, pricing::jsonb, ${now}
    from unnest(${rows.map((row) => row.status.wamidHash)}::bytea[], ${rows.map((row) => row.name)}::text[],
      ${rows.map((row) => row.at)}::timestamptz[], ${rows.map((row) => row.status.failure?.code ?? null)}::int[],
      ${rows.map((row) => (row.status.pricing === null ? null : JSON.stringify(row.status.pricing)))}::text[])
      as new (wamid_hash, status, at, failure_code, pricing)
    on conflict (workspace_id, wamid_hash, status) do nothing
  `.execute(tx);
}

/** What waited for wamids that have just become known, applied to their messages, which are returned. */
export async function applyWaiting(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  wamidHashes: readonly Buffer[],
): Promise<StatusChange[]> {
  if (wamidHashes.length === 0) return [];
  const { rows } = await sql<{ id: string; conversation_id: string }>`
    with waited as (
      delete from inbox_waiting_status
      where workspace_id = ${vault.workspaceId} and wamid_hash = any(${wamidHashes}::bytea[]) returning *
    ), folded as (
      select wamid_hash,
             min(at) filter (where status = 'sent') as sent_at,
             min(at) filter (where status = 'delivered') as delivered_at,
             min(at) filter (where status = 'read') as read_at,
             min(at) filter (where status = 'played') as played_at,
             min(at) filter (where status = 'failed') as failed_at,
             max(failure_code) filter (where status = 'failed') as failure_code,
             (array_agg(pricing order by at desc) filter (where pricing is not null))[1] as pricing
      from waited group by wamid_hash
    ), before as (
      select m.id, ${isBilled("m")} as billed from inbox_message m
      where m.workspace_id = ${vault.workspaceId} and m.wamid_hash = any(${wamidHashes}::bytea[])
      order by m.id for no key update
    ), written as (
    update inbox_message m
    set sent_at = coalesce(m.sent_at, f.sent_at),
        delivered_at = coalesce(m.delivered_at, f.delivered_at),
        read_at = coalesce(m.read_at, f.read_at),
        played_at = coalesce(m.played_at, f.played_at),
        failed_at = coalesce(m.failed_at, f.failed_at),
        failure_code = coalesce(m.failure_code, f.failure_code),
        pricing = coalesce(m.pricing, f.pricing)
    from folded f, before
    where m.workspace_id = ${vault.workspaceId} and m.wamid_hash = f.wamid_hash and before.id = m.id
    returning ${billedColumns()}
    ), counted as (${countNewlyBilled(vault.workspaceId)})
    select id, conversation_id from written
  `.execute(tx);
  return rows.map((row) => ({ messageId: row.id, conversationId: row.conversation_id }));
}
