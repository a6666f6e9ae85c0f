import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "../platform/database.ts";
import type { VaultTables } from "./tables.ts";

const bytes = z.base64().transform((text) => Buffer.from(text, "base64"));
const time = z.iso.datetime().transform((text) => new Date(text));

/** A line of a key bundle: a row of schema vault. Wrapped keys stay wrapped; null is a destroyed one. */
export const KEY_BUNDLE_ROW = z.discriminatedUnion("table", [
  z.strictObject({
    table: z.literal("root_check"),
    rootKey: bytes,
    sealed: bytes,
    createdAt: time,
  }),
  z.strictObject({
    table: z.literal("workspace_key"),
    workspaceId: z.uuid(),
    version: z.int(),
    wrapped: bytes.nullable(),
    createdAt: time,
    destroyedAt: time.nullable(),
  }),
  z.strictObject({
    table: z.literal("index_key"),
    workspaceId: z.uuid(),
    name: z.string(),
    workspaceKeyVersion: z.int(),
    wrapped: bytes,
    createdAt: time,
  }),
  z.strictObject({
    table: z.literal("data_key"),
    workspaceId: z.uuid(),
    id: z.uuid(),
    subjectId: z.uuid(),
    class: z.string(),
    month: z.iso.date(),
    workspaceKeyVersion: z.int(),
    wrapped: bytes.nullable(),
    createdAt: time,
    destroyedAt: time.nullable(),
  }),
]);

export type KeyBundleRow = z.output<typeof KEY_BUNDLE_ROW>;
type RowOf<Table extends KeyBundleRow["table"]> = Extract<KeyBundleRow, { table: Table }>;

export function encodeRow(row: KeyBundleRow): string {
  return JSON.stringify(row, function encode(name, value) {
    // JSON.stringify hands over what Buffer and Date make of themselves; the row still has the originals.
    const original = (this as Record<string, unknown>)[name];
    return Buffer.isBuffer(original) ? original.toString("base64") : value;
  });
}

export async function findRootCheckRow(db: Db<VaultTables>): Promise<RowOf<"root_check"> | undefined> {
  const { rows } = await sql<RowOf<"root_check">>`
    select 'root_check' as table, root_key as "rootKey", sealed, created_at as "createdAt" from vault.root_check
  `.execute(db);
  return rows[0];
}

export async function listWorkspaceKeyRows(db: Db<VaultTables>): Promise<RowOf<"workspace_key">[]> {
  const { rows } = await sql<RowOf<"workspace_key">>`
    select 'workspace_key' as table, workspace_id as "workspaceId", version, wrapped,
      created_at as "createdAt", destroyed_at as "destroyedAt"
    from vault.workspace_key order by version
  `.execute(db);
  return rows;
}

export async function listIndexKeyRows(db: Db<VaultTables>): Promise<RowOf<"index_key">[]> {
  const { rows } = await sql<RowOf<"index_key">>`
    select 'index_key' as table, workspace_id as "workspaceId", name,
      workspace_key_version as "workspaceKeyVersion", wrapped, created_at as "createdAt"
    from vault.index_key order by name
  `.execute(db);
  return rows;
}

/** A page of rows whose id follows `after`. */
export async function listDataKeyRows(
  db: Db<VaultTables>,
  page: { readonly after: string; readonly limit: number },
): Promise<RowOf<"data_key">[]> {
  const { rows } = await sql<RowOf<"data_key">>`
    select 'data_key' as table, workspace_id as "workspaceId", id, subject_id as "subjectId", class,
      to_char(month, 'YYYY-MM-DD') as month, workspace_key_version as "workspaceKeyVersion", wrapped,
      created_at as "createdAt", destroyed_at as "destroyedAt"
    from vault.data_key where id > ${page.after}::uuid order by id limit ${page.limit}
  `.execute(db);
  return rows;
}
