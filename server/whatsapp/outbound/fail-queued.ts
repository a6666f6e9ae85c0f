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
    update whatsapp_outbox set state = 'failed', settled_at = ${now}, failure_code = null, failure_reason = ${reason}
    where workspace_id = ${workspaceId} and number_id = ${numberId} and state = 'queued'
    returning id, contact_id`.execute(tx);
  for (const row of rows) {
    await onSettled(tx, {
      workspaceId,
      id: row.id,
      contactId: row.contact_id,
      state: "failed",
      at: now,
      failure: { code: null, reason },
      alarm: false,
    });
  }
}
