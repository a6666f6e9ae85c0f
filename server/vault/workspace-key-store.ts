import type { Db, Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "./tables.ts";

export interface WorkspaceKeyRow {
  readonly version: number;
  readonly wrapped: Buffer;
}

/** The versions that are not destroyed, oldest first. */
export async function listWorkspaceKeys(
  db: Db<VaultTables>,
  workspaceId: WorkspaceId,
): Promise<WorkspaceKeyRow[]> {
  return db
    .selectFrom("vault.workspace_key")
    .select(["version", "wrapped"])
    .where("workspace_id", "=", workspaceId)
    .where("wrapped", "is not", null)
    .orderBy("version")
    .$narrowType<{ wrapped: Buffer }>()
    .execute();
}

/** Whether the row is new. Waits for a transaction that is making the same one. */
export async function insertWorkspaceKey(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  row: WorkspaceKeyRow,
): Promise<boolean> {
  const inserted = await tx
    .insertInto("vault.workspace_key")
    .values({ workspace_id: workspaceId, version: row.version, wrapped: row.wrapped })
    .onConflict((conflict) => conflict.columns(["workspace_id", "version"]).doNothing())
    .returning("version")
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Destroys every living version; returns how many there were. Waits for who makes or rotates one. */
export async function destroyWorkspaceKeys(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  now: Date,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable("vault.workspace_key")
    .set({ wrapped: null, destroyed_at: now })
    .where("workspace_id", "=", workspaceId)
    .where("wrapped", "is not", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export interface IndexKeyRow {
  readonly version: number;
  readonly wrapped: Buffer;
}

export async function findIndexKey(
  db: Db<VaultTables>,
  workspaceId: WorkspaceId,
  name: string,
): Promise<IndexKeyRow | undefined> {
  return db
    .selectFrom("vault.index_key")
    .select(["workspace_key_version as version", "wrapped"])
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", name)
    .executeTakeFirst();
}

export async function insertIndexKey(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  name: string,
  row: IndexKeyRow,
): Promise<void> {
  await tx
    .insertInto("vault.index_key")
    .values({ workspace_id: workspaceId, name, workspace_key_version: row.version, wrapped: row.wrapped })
    .execute();
}
