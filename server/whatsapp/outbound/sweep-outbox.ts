import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";

/**
 * How long a settled row is kept, in ms: as long as Meta may repeat a webhook about it, and a day (facts.md 0.2, "retry
 * window"). Failed ones go with the rest: after that time nobody presses Send again, and the payload goes, too.
 */
const KEPT_MS = 8 * 24 * 60 * 60 * 1000;

/** Rows per call. Ours: a short transaction; the caller repeats while it returns this many. */
export const SWEEP_BATCH = 1_000;

/** Removes rows settled long ago. Returns how many. */
export async function sweepOutbox(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  now: Date,
): Promise<number> {
  const { rows } = await sql`
    delete from whatsapp_outbox where workspace_id = ${workspaceId} and id in (
      select id from whatsapp_outbox
      where workspace_id = ${workspaceId} and settled_at < ${new Date(now.getTime() - KEPT_MS)}
      order by settled_at limit ${SWEEP_BATCH} for update skip locked)
    returning id`.execute(tx);
  return rows.length;
}
