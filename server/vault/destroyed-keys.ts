import { sql } from "kysely";
import type { Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "./tables.ts";

export const DESTROYED_KEYS_CHANNEL = "wardroom_keys_destroyed";

/** Of 33 characters each: PostgreSQL takes fewer than 8,000 bytes at once (its page on NOTIFY, 2026). */
const IDS_A_PAYLOAD = 200;

/** Tells all processes which data keys `tx` destroys, with its commit and not before. Ids are no secret. */
export async function announceDestroyed(tx: Tx<VaultTables>, hexIds: readonly string[]): Promise<void> {
  const payloads: string[] = [];
  for (let from = 0; from < hexIds.length; from += IDS_A_PAYLOAD) {
    payloads.push(hexIds.slice(from, from + IDS_A_PAYLOAD).join(" "));
  }
  if (payloads.length === 0) return;
  await sql`select pg_notify(${DESTROYED_KEYS_CHANNEL}, payload) from unnest(${payloads}::text[]) payload`.execute(
    tx,
  );
}

/** Tells all processes that `tx` destroys the keys of a whole workspace, with its commit. */
export async function announceDestroyedWorkspace(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
): Promise<void> {
  await sql`select pg_notify(${DESTROYED_KEYS_CHANNEL}, ${WORKSPACE + workspaceId})`.execute(tx);
}

const WORKSPACE = "workspace:";

/** The ids of such a message, as they are in sealed values; or the workspace whose keys are all gone. */
export function readDestroyed(payload: string): string[] | WorkspaceId {
  return payload.startsWith(WORKSPACE)
    ? (payload.slice(WORKSPACE.length) as WorkspaceId)
    : payload.split(" ");
}
