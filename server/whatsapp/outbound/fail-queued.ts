import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { OnSettled, OutboxTables } from "./outbox.ts";

/** Fails what waits for a number that will send no more. What is on its way settles by itself. */
export async function failQueued(
  tx: Tx<OutboxTables>,
  onSettled: OnSettled,
  {
    workspaceId,
    numberId,
    reason,
    now,
  }: { workspaceId: WorkspaceId; numberId: string; reason: string; now: Date },
): Promise<void> {
  await sql`
    delete from whatsapp_outbox where workspace_id = ${workspaceId} and number_id = ${numberId}
      and kind = 'read_receipt' and state = 'queued'`.execute(tx);
  const { rows } = await sql<{ id: string; contact_id: string }>`
    with waiting as (
      select id from whatsapp_outbox
      where workspace_id = ${workspaceId} and number_id = ${numberId} and settled_at is null
        and state = 'queued'
      order by id for update
    )
    update whatsapp_outbox o set state = 'failed', settled_at = ${now}, failure_code = null, failure_reason = ${reason}
    from waiting where o.workspace_id = ${workspaceId} and o.id = waiting.id
    returning o.id, o.contact_id`.execute(tx);
  const failure = { code: null, reason };
  const settlements = rows.map(({ id, contact_id }) => ({
    ...{ workspaceId, id, contactId: contact_id, state: "failed" as const, at: now, failure, alarm: false },
  }));
  if (settlements.length > 0) await onSettled(tx, settlements);
}
