import { type RawBuilder, sql } from "kysely";
import type { Db, Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "./tables.ts";

export interface DataKeyRow {
  readonly id: string;
  readonly subjectId: string;
  readonly keyClass: string;
  /** yyyy-mm-dd, the first of the month. */
  readonly month: string;
  readonly version: number;
  /** Null: destroyed. */
  readonly wrapped: Buffer | null;
}

export type NewDataKeyRow = DataKeyRow & { readonly wrapped: Buffer };

export type AskedKey = Pick<DataKeyRow, "subjectId" | "keyClass" | "month">;

/**
 * The rows of the keys asked for, held with `for share` until `tx` ends. Rows are taken in one order, so that two
 * batches cannot wait for each other.
 */
export async function holdDataKeys(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  asked: readonly AskedKey[],
): Promise<DataKeyRow[]> {
  const { rows } = await sql<DataKeyRow>`
    select ${COLUMNS} from (${selectForShare(workspaceId, asked)}) held`.execute(tx);
  return rows;
}

/**
 * The same, and among them those of `offered` that were not there yet, now inserted.
 *
 * One statement, one snapshot: a row that another transaction committed while it ran is in neither part, and the
 * caller asks again for what is missing. Nothing is inserted under a workspace key that is destroyed or has a
 * successor: were it otherwise, a rotation could wait for ever until nobody holds the old version.
 */
export async function holdOrMakeDataKeys(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  keys: { readonly asked: readonly AskedKey[]; readonly offered: readonly NewDataKeyRow[] },
): Promise<DataKeyRow[]> {
  const { asked, offered } = keys;
  const { rows } = await sql<DataKeyRow>`
    with made as (
      insert into vault.data_key (workspace_id, id, subject_id, class, month, workspace_key_version, wrapped)
      select ${workspaceId}::uuid, o.id, o.subject_id, o.class, o.month, o.version, o.wrapped
      from unnest(
        ${offered.map((row) => row.id)}::uuid[],
        ${offered.map((row) => row.subjectId)}::uuid[],
        ${offered.map((row) => row.keyClass)}::text[],
        ${offered.map((row) => row.month)}::date[],
        ${offered.map((row) => row.version)}::integer[],
        ${offered.map((row) => row.wrapped)}::bytea[]
      ) as o (id, subject_id, class, month, version, wrapped)
      join (
        select version from vault.workspace_key v
        where workspace_id = ${workspaceId}::uuid
          and version = any(${offered.map((row) => row.version)}::integer[])
          and wrapped is not null
          and not exists (
            select from vault.workspace_key next
            where next.workspace_id = ${workspaceId}::uuid and next.version > v.version)
        for share of v
      ) living on living.version = o.version
      order by o.subject_id, o.class, o.month
      on conflict (workspace_id, subject_id, class, month) do nothing
      returning id, subject_id, class, month, workspace_key_version, wrapped
    ),
    found as (${selectForShare(workspaceId, asked)})
    select ${COLUMNS} from (select * from made union all select * from found) held
  `.execute(tx);
  return rows;
}

const COLUMNS = sql.raw(`id, subject_id as "subjectId", class as "keyClass",
  to_char(month, 'YYYY-MM-DD') as month, workspace_key_version as version, wrapped`);

/**
 * One look by index for each key, in their order: as a join it would be planned by how many rows the workspace is thought
 * to have, and a plan made while it had few reads all of them for each key.
 */
function selectForShare(workspaceId: WorkspaceId, asked: readonly AskedKey[]): RawBuilder<unknown> {
  return sql`
    select k.*
    from (
      select * from unnest(
        ${asked.map((key) => key.subjectId)}::uuid[],
        ${asked.map((key) => key.keyClass)}::text[],
        ${asked.map((key) => key.month)}::date[]
      ) as one (subject_id, class, month)
      order by subject_id, class, month
    ) a
    cross join lateral (
      select k.id, k.subject_id, k.class, k.month, k.workspace_key_version, k.wrapped
      from vault.data_key k
      where k.workspace_id = ${workspaceId}::uuid
        and k.subject_id = a.subject_id and k.class = a.class and k.month = a.month
      for share of k
    ) k`;
}

/** The rows with these ids, the destroyed ones left out. */
export async function listDataKeys(
  db: Db<VaultTables>,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<NewDataKeyRow[]> {
  const { rows } = await sql<NewDataKeyRow>`
    select ${COLUMNS}
    from vault.data_key
    where workspace_id = ${workspaceId}::uuid and id = any(${ids}::uuid[]) and wrapped is not null
  `.execute(db);
  return rows;
}

/** Destroys the living keys of these subjects and returns their ids. Waits for batches that hold them. */
export async function destroyDataKeys(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  subjectIds: readonly string[],
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update vault.data_key k set wrapped = null, destroyed_at = ${now}
    from (
      select id from vault.data_key
      where workspace_id = ${workspaceId}::uuid and subject_id = any(${subjectIds}::uuid[]) and wrapped is not null
      order by subject_id, class, month
      for update
    ) doomed
    where k.workspace_id = ${workspaceId}::uuid and k.id = doomed.id
    returning k.id
  `.execute(tx);
  return rows.map(({ id }) => id);
}
