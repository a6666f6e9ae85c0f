import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { NewDataKeyRow } from "../data-key-store.ts";
import type { VaultTables } from "../tables.ts";
import type { WorkspaceKeyRow } from "../workspace-key-store.ts";

export interface KeyVersion {
  readonly version: number;
  readonly createdAt: Date;
  readonly isLiving: boolean;
}

/** Every version of the workspace's key, the destroyed ones too, oldest first. */
export async function listVersions(tx: Tx<VaultTables>, workspaceId: WorkspaceId): Promise<KeyVersion[]> {
  const { rows } = await sql<KeyVersion>`
    select version, created_at as "createdAt", wrapped is not null as "isLiving"
    from vault.workspace_key where workspace_id = ${workspaceId}::uuid order by version
  `.execute(tx);
  return rows;
}

export async function insertVersion(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  { version, wrapped }: WorkspaceKeyRow,
  now: Date,
): Promise<void> {
  await tx
    .insertInto("vault.workspace_key")
    .values({ workspace_id: workspaceId, version, wrapped, created_at: now })
    .execute();
}

/** Which data keys to take: those under a version before `below`, and behind `after` in the order of their ids. */
export interface StalePage {
  readonly below: number;
  readonly after: string;
  readonly limit: number;
}

/**
 * A page of living data keys under older versions, held until `tx` ends. Leaves out those that a batch holds: whoever
 * waits for a row while holding others could wait in a circle.
 */
export async function holdStaleDataKeys(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  { below, after, limit }: StalePage,
): Promise<NewDataKeyRow[]> {
  const { rows } = await sql<NewDataKeyRow>`
    select id, subject_id as "subjectId", class as "keyClass", to_char(month, 'YYYY-MM-DD') as month,
      workspace_key_version as version, wrapped
    from vault.data_key
    where workspace_id = ${workspaceId}::uuid and id > ${after}::uuid
      and workspace_key_version < ${below} and wrapped is not null
    order by id limit ${limit}
    for update skip locked
  `.execute(tx);
  return rows;
}

/** The ids of such a page, of rows in use as well. */
export async function listStaleIds(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  { below, after, limit }: StalePage,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from vault.data_key
    where workspace_id = ${workspaceId}::uuid and id > ${after}::uuid
      and workspace_key_version < ${below} and wrapped is not null
    order by id limit ${limit}
  `.execute(tx);
  return rows.map(({ id }) => id);
}

/** One of them, waited for: `tx` holds no other. Undefined when it was re-wrapped or destroyed meanwhile. */
export async function awaitStaleDataKey(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  { id, below }: { readonly id: string; readonly below: number },
): Promise<NewDataKeyRow | undefined> {
  const { rows } = await sql<NewDataKeyRow>`
    select id, subject_id as "subjectId", class as "keyClass", to_char(month, 'YYYY-MM-DD') as month,
      workspace_key_version as version, wrapped
    from vault.data_key
    where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid
      and workspace_key_version < ${below} and wrapped is not null
    for update
  `.execute(tx);
  return rows[0];
}

/** Writes data keys that `tx` holds, wrapped anew under `version`, which is kept from being destroyed meanwhile. */
export async function writeRewrapped(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  version: number,
  keys: ReadonlyArray<{ readonly id: string; readonly wrapped: Buffer }>,
): Promise<number> {
  if (keys.length === 0) return 0;
  const { numAffectedRows } = await sql`
    with living as (
      select version from vault.workspace_key
      where workspace_id = ${workspaceId}::uuid and version = ${version} and wrapped is not null for share
    )
    update vault.data_key k set wrapped = n.wrapped, workspace_key_version = living.version
    from unnest(
      ${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.wrapped)}::bytea[]
    ) as n (id, wrapped), living
    where k.workspace_id = ${workspaceId}::uuid and k.id = n.id and k.wrapped is not null
  `.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

export interface IndexKeyRow {
  readonly name: string;
  readonly version: number;
  readonly wrapped: Buffer;
}

/** The index keys under older versions, held until `tx` ends. */
export async function holdStaleIndexKeys(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  below: number,
): Promise<IndexKeyRow[]> {
  const { rows } = await sql<IndexKeyRow>`
    select name, workspace_key_version as version, wrapped from vault.index_key
    where workspace_id = ${workspaceId}::uuid and workspace_key_version < ${below} order by name for update
  `.execute(tx);
  return rows;
}

export async function writeIndexKey(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  { name, version, wrapped }: IndexKeyRow,
): Promise<void> {
  await tx
    .updateTable("vault.index_key")
    .set({ wrapped, workspace_key_version: version })
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", name)
    .execute();
}

/**
 * Takes the versions before `below` away from everybody who would wrap with them, and counts the keys that still need
 * them. In this order, as two statements: a batch that has wrapped a key under one of them is waited for, and the
 * count, with a look of its own at the database, sees what that batch left.
 */
export async function lockOldVersions(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  below: number,
): Promise<number> {
  await sql`
    select version from vault.workspace_key
    where workspace_id = ${workspaceId}::uuid and version < ${below} and wrapped is not null
    order by version for update`.execute(tx);
  return countStale(tx, workspaceId, below);
}

/** How many keys need a version before `below`. */
export async function countStale(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  below: number,
): Promise<number> {
  const { rows } = await sql<{ left: number }>`
    select (
      (select count(*) from vault.data_key
        where workspace_id = ${workspaceId}::uuid and workspace_key_version < ${below} and wrapped is not null) +
      (select count(*) from vault.index_key
        where workspace_id = ${workspaceId}::uuid and workspace_key_version < ${below})
    )::integer as left`.execute(tx);
  return rows[0]?.left ?? 0;
}

/** Destroys the versions before `below`, which `tx` has locked and found without keys. Returns how many. */
export async function destroyVersions(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  below: number,
  now: Date,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable("vault.workspace_key")
    .set({ wrapped: null, destroyed_at: now })
    .where("workspace_id", "=", workspaceId)
    .where("version", "<", below)
    .where("wrapped", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
