import { sql } from "kysely";
import { inWorkspace } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { applyWaiting } from "./ingest/waiting-statuses.ts";
import { announce } from "./live/live-change.ts";
import type { InboxRoom } from "./room.ts";

/** How long a status waits for its message, in ms: Meta retries for 7 days, and a day more. */
const MAX_WAIT_MS = 8 * 24 * 60 * 60 * 1000;

/**
 * Applies statuses whose message has become known while they were being stored, and drops those that waited in vain.
 * The two ends of that race look past each other once; here they meet.
 */
export async function sweepWaitingStatuses(room: InboxRoom, workspaceId: WorkspaceId): Promise<void> {
  const vault = await room.vault.openWorkspace(workspaceId);
  const oldest = new Date(room.clock().getTime() - MAX_WAIT_MS);
  await inWorkspace(room.db, workspaceId, async (tx) => {
    const { rows } = await sql<{ wamid_hash: Buffer }>`
      select distinct w.wamid_hash from inbox_waiting_status w
      join inbox_message m on m.workspace_id = w.workspace_id and m.wamid_hash = w.wamid_hash
      where w.workspace_id = ${workspaceId} limit 1000
    `.execute(tx);
    const hashes = rows.map((row) => row.wamid_hash);
    const messages = await applyWaiting(tx, vault, hashes);
    if (messages.length > 0) await announce(tx, { workspaceId, messages });
    await sql`delete from inbox_waiting_status where workspace_id = ${workspaceId} and received_at < ${oldest}`.execute(
      tx,
    );
  });
}
