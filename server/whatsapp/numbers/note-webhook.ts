import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";

/** How fine the time is, in ms. Ours: one write a minute at the most, where a busy number gets thousands of posts. */
const GRAIN_MS = 60_000;

/** Remembers that a signed webhook came in for these numbers. */
export async function noteWebhook(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  numberIds: readonly string[],
  now: Date,
): Promise<void> {
  const before = new Date(now.getTime() - GRAIN_MS);
  // Rows that another batch holds are being noted by it.
  await sql`
    update whatsapp_number set last_webhook_at = ${now}
    where workspace_id = ${workspaceId} and id in (
      select id from whatsapp_number
      where workspace_id = ${workspaceId} and id = any(${numberIds}::uuid[])
        and (last_webhook_at is null or last_webhook_at < ${before})
      for update skip locked)`.execute(tx);
}
