import type pg from "pg";
import { ROLES } from "../postgres/roles.ts";
import { StartFault } from "../start-fault.ts";
import type { Migration } from "./migration.ts";

/** What the database remembers of a migration. */
export interface Noted {
  readonly name: string;
  readonly checksum: string;
  /** False: it was begun, and a crash or a stop left it where it is. */
  readonly finished: boolean;
}

/**
 * What is begun is noted before it changes anything, so that an older program refuses a database that a newer one has
 * begun to change. How far a backfill has come stands in the transaction of its rows.
 */
const TABLES = `
  create table if not exists platform_migration (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
  );
  alter table platform_migration add column if not exists finished boolean not null default true;
  create table if not exists platform_backfill (
    migration text not null,
    scope text not null,
    reached text not null,
    changed bigint not null,
    primary key (migration, scope)
  );
  grant select on platform_migration, platform_backfill to ${ROLES.app}, ${ROLES.backup}`;

/** A database of a release that did not know unfinished ones has finished all it knows. */
export const NOTED = `
  select name, checksum, coalesce((to_jsonb(m) ->> 'finished')::boolean, true) as finished
  from platform_migration m order by name`;

export async function prepareLedger(client: pg.Client): Promise<void> {
  await client.query(TABLES);
}

/** Everything noted so far; changes nothing, also where there is nothing yet. */
export async function listNoted(client: pg.Client): Promise<Noted[]> {
  const { rows } = await client.query<{ known: boolean }>(
    "select to_regclass('platform_migration') is not null as known",
  );
  return rows[0]?.known === true ? (await client.query<Noted>(NOTED)).rows : [];
}

/** Which migrations are still to be applied or finished; a StartFault when database and folder contradict each other. */
export function decidePending(migrations: readonly Migration[], noted: readonly Noted[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const newest = migrations.at(-1)?.name ?? "";
  for (const { name, checksum } of noted) {
    const migration = known.get(name);
    if (migration === undefined) throw name > newest ? newerSchema(name) : missingFile(name);
    if (migration.checksum !== checksum) throw editedFile(name);
  }
  const finished = new Set(noted.filter((each) => each.finished).map(({ name }) => name));
  return migrations.filter(({ name }) => !finished.has(name));
}

export async function noteBegun(client: pg.Client, { name, checksum }: Migration): Promise<void> {
  await client.query(
    "insert into platform_migration (name, checksum, finished) values ($1, $2, false) on conflict do nothing",
    [name, checksum],
  );
}

/** In the caller's transaction, where it has one. */
export async function noteFinished(client: pg.Client, { name, checksum }: Migration): Promise<void> {
  const { rowCount } = await client.query(
    `insert into platform_migration as m (name, checksum) values ($1, $2)
     on conflict (name) do update set finished = true, applied_at = clock_timestamp() where not m.finished`,
    [name, checksum],
  );
  if (rowCount !== 1) throw new Error(`${name} was noted by somebody else meanwhile`);
}

function newerSchema(name: string): StartFault {
  return new StartFault(
    `The database was already used by a newer Wardroom (it knows ${name}).`,
    "Start that newer version, or restore a backup made before the update.",
  );
}

function missingFile(name: string): StartFault {
  return new StartFault(
    `The database knows the migration ${name}, but its file is missing.`,
    "Install Wardroom again from a complete release of the same version.",
  );
}

function editedFile(name: string): StartFault {
  return new StartFault(
    `The migration ${name} was changed after it had been applied.`,
    "Put the released file back; a change of the schema is a new migration.",
  );
}
