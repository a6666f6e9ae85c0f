import { sql } from "kysely";
import { afterCommit, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";

/** How fine the time is, in ms. Ours: one write a minute at the most, where a busy number gets thousands of posts. */
const GRAIN_MS = 60_000;

/** When this process last wrote it, by number: so that it asks the database once a minute and not with every batch. */
export type WebhookTimes = Map<string, number>;

/** Remembers that a signed webhook came in for these numbers. */
export async function noteWebhook(
  tx: Tx<WhatsappTables>,
  times: WebhookTimes,
  { workspaceId, numberIds, now }: WebhookNote,
): Promise<void> {
  const due = numberIds.filter((id) => Math.abs(now.getTime() - (times.get(id) ?? 0)) >= GRAIN_MS);
  if (due.length === 0) return;
  const before = new Date(now.getTime() - GRAIN_MS);
  // Rows that another batch holds are being noted by it.
  await sql`
    update whatsapp_number set last_webhook_at = ${now}
    where workspace_id = ${workspaceId} and id in (
      select id from whatsapp_number
      where workspace_id = ${workspaceId} and id = any(${due}::uuid[])
        and (last_webhook_at is null or last_webhook_at < ${before})
      for update skip locked)`.execute(tx);
  afterCommit(tx, () => {
    for (const id of due) times.set(id, now.getTime());
  });
}

export interface WebhookNote {
  readonly workspaceId: WorkspaceId;
  readonly numberIds: readonly string[];
  readonly now: Date;
}
