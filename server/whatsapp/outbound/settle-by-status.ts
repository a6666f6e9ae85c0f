import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";

/** Nothing of the content is needed once Meta has the message. */
const EMPTY = Buffer.alloc(0);

/**
 * Locks the rows that statuses may settle, before their messages are locked: the sender, too, goes from its row to the
 * message, and a status is often here before the answer to the POST is written.
 */
export async function holdSends(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    select from whatsapp_outbox
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) and state <> 'accepted'
    order by id for update`.execute(tx);
}

/**
 * Settles rows whose id came back in a status: Meta has the message, whatever we believed. It may come before the
 * answer to the POST, after we gave the answer up, and after a person decided. Returns the ids that were not accepted
 * before; an accepted row stays as it is. The status, and not this, brings the wamid to the message.
 */
export async function settleByStatus(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  // In the order of the key, as every writer of several rows: two batches never wait for each other.
  const { rows } = await sql<{ id: string }>`
    with settled as (
      select id from whatsapp_outbox
      where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
        and state <> 'accepted' and attempts > 0
      order by id for update
    )
    update whatsapp_outbox as outbox
    set state = 'accepted', payload_sealed = ${EMPTY}, failure_code = null, failure_reason = null, settled_at = now()
    from settled where outbox.workspace_id = ${workspaceId} and outbox.id = settled.id
    returning outbox.id`.execute(tx);
  return rows.map(({ id }) => id);
}
