import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { OnSettled, OutboxTables } from "./outbox.ts";

export interface OrphanInput {
  readonly workspaceId: WorkspaceId;
  readonly numberId: string;
  readonly ownIds: readonly string[];
  readonly now: Date;
}

/**
 * Rows that a dead process left `sending`: nobody can know whether they went out, so they are in doubt. Call it under
 * a lease just taken; `ownIds` are attempts of this very process that are still on their way. Returns how many.
 */
export async function doubtOrphans(
  tx: Tx<OutboxTables>,
  onSettled: OnSettled,
  { workspaceId, numberId, ownIds, now }: OrphanInput,
): Promise<number> {
  const { rows } = await sql<{ id: string; contact_id: string; kind: "message" | "read_receipt" }>`
    with orphan as (
      select id from whatsapp_outbox
      where workspace_id = ${workspaceId} and number_id = ${numberId} and settled_at is null
        and state = 'sending' and id <> all(${ownIds}::uuid[])
      order by id for update
    )
    update whatsapp_outbox o set state = 'in_doubt', failure_code = null, failure_reason = 'restarted'
    from orphan where o.workspace_id = ${workspaceId} and o.id = orphan.id
    returning o.id, o.contact_id, o.kind`.execute(tx);
  const receipts = rows.filter(({ kind }) => kind === "read_receipt").map(({ id }) => id);
  if (receipts.length > 0)
    await sql`
      delete from whatsapp_outbox where workspace_id = ${workspaceId} and id = any(${receipts}::uuid[])`.execute(
      tx,
    );
  const messages = rows.filter(({ kind }) => kind === "message");
  const failure = { code: null, reason: "restarted" };
  const settlements = messages.map(({ id, contact_id }) => ({
    ...{ workspaceId, id, contactId: contact_id, state: "in_doubt" as const, at: now, failure, alarm: false },
  }));
  if (settlements.length > 0) await onSettled(tx, settlements);
  return rows.length;
}
