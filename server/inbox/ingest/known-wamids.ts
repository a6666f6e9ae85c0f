import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { InboxTables } from "../tables.ts";

/** Which of these messages we hold, as base64 of the keyed hash. */
export async function findKnownWamids(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  hashes: readonly Buffer[],
): Promise<Set<string>> {
  const { rows } = await sql<{ wamid_hash: Buffer }>`
    select wamid_hash from inbox_message
    where workspace_id = ${workspaceId} and wamid_hash = any(${hashes}::bytea[])
  `.execute(tx);
  return new Set(rows.map((row) => row.wamid_hash.toString("base64")));
}
