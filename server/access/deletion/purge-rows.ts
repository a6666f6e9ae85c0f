import { type Kysely, sql } from "kysely";
import { listPersonIds } from "../../identity/close-workspace.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { inScope, inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables } from "../tables.ts";

/** Rows removed in one transaction. Ours: well below a second, and a kill loses no more than that. */
const BATCH = 2_000;

/** What stays until the last moment, because it says how far the deletion is; and what is emptied by persons. */
const NOT_YET = ["access_deletion", "access_deletion_route"];

/**
 * All tables that hold rows of a workspace, each before those that it refers to, and data keys before everything. The
 * log is none of them: it stays until its own retention ends.
 */
export async function listPurgedTables<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string; parents: string[] }>`
    select c.oid::regclass::text as name, array(
      select f.confrelid::regclass::text from pg_constraint f
      where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as parents
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
    where n.nspname in ('public', 'vault') and c.relkind = 'r' and not c.relispartition
      and c.relname !~ '^audit_'
    order by n.nspname = 'vault' desc, name`.execute(db);
  const ordered: string[] = [];
  let left = tables.filter(({ name }) => !NOT_YET.includes(name));
  while (left.length > 0) {
    const free = left.filter(({ name }) => !left.some(({ parents }) => parents.includes(name)));
    if (free.length === 0) throw new Error("tables refer to each other in a circle");
    ordered.push(...free.map(({ name }) => name));
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}

/** Workspaces whose deletion is under way. */
export async function listRunningDeletions(db: Kysely<AccessTables>): Promise<WorkspaceId[]> {
  const rows = await db
    .selectFrom("access_deletion_route")
    .select("workspace_id")
    .orderBy("workspace_id")
    .execute();
  return rows.map((row) => row.workspace_id as WorkspaceId);
}

/** The last rows, which say how far the deletion is. Fails where another process has removed them. */
export async function purgeLastRows<Tables>(tx: Tx<Tables>): Promise<void> {
  for (const table of NOT_YET) await sql`select access_purge_rows(${table}::regclass, 1)`.execute(tx);
}

/** Removes some rows of one table; returns how many. Only while the workspace's deletion is under way. */
export async function purgeSome<Tables>(
  db: Kysely<Tables>,
  workspaceId: WorkspaceId,
  table: string,
): Promise<number> {
  return inWorkspace(db, workspaceId, async (tx) => {
    const { rows } = await sql<{ removed: number }>`
      select access_purge_rows(${table}::regclass, ${BATCH}) as removed`.execute(tx);
    return rows[0]?.removed ?? 0;
  });
}

/**
 * Removes those people who belong to no other workspace, and destroys their keys. Whoever has a membership elsewhere
 * keeps their login.
 */
export async function purgePeople(
  db: Kysely<IdentityTables>,
  installation: WorkspaceVault,
  { workspaceId, now }: { readonly workspaceId: WorkspaceId; readonly now: Date },
): Promise<void> {
  const people = await inWorkspace(db, workspaceId, (tx) => listPersonIds(tx, workspaceId));
  for (const personId of people)
    await inWorkspace(db, workspaceId, (tx) =>
      inScope(tx, INSTALLATION, async () => {
        const { rows } = await sql<{ gone: boolean }>`
          select access_purge_person(${personId}) as gone`.execute(tx);
        if (rows[0]?.gone === true) await installation.destroyKeys(narrow<VaultTables>(tx), [personId], now);
      }),
    );
}
