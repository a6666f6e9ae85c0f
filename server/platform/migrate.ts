import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { connectToMigrate } from "./connect-to-migrate.ts";
import { createRoleSql, ROLE_KEYS, ROLES } from "./postgres/roles.ts";
import type { Secret } from "./secret.ts";
import { StartFault } from "./start-fault.ts";

export interface Migration {
  /** The file's name: "20261123T0900_inbox_message.sql". */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly checksum: string;
}

/** Any number, ours alone: two programs migrating at once take turns on it. */
const ADVISORY_LOCK = 7_203_118_845;

const FILE_NAME = /^\d{8}T\d{4}_[a-z]+_[a-z0-9_]+\.sql$/;

const PLATFORM_MIGRATION = `
  create table if not exists platform_migration (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
  );
  grant select on platform_migration to ${ROLES.app}, ${ROLES.backup}`;

/**
 * Brings the database up to the files in `folder`, each in a transaction of its own, and says which were new.
 *
 * A file is never edited once applied, and a database that knows more than the folder belongs to a newer program: both
 * are a StartFault before anything is changed. `ownerUrl` must reach PostgreSQL directly, not through a pooler: the
 * lock belongs to the session.
 */
export async function migrate(ownerUrl: Secret<string>, folder: string): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = await connectToMigrate(ownerUrl);
  try {
    await client.query("select pg_advisory_lock($1)", [ADVISORY_LOCK]);
    await requireRoles(client);
    await client.query(PLATFORM_MIGRATION);
    const pending = decidePending(migrations, await listApplied(client));
    for (const migration of pending) await apply(client, migration);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      if (!FILE_NAME.test(name))
        throw new Error(`${name}: a migration is called YYYYMMDDTHHMM_room_thing.sql`);
      const bytes = await readFile(join(folder, name));
      const checksum = createHash("sha256").update(bytes).digest("hex");
      return { name, sql: bytes.toString("utf8"), checksum };
    }),
  );
}

/** Which migrations are still to be applied; a StartFault when the database and the folder contradict each other. */
export function decidePending(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const newest = migrations.at(-1)?.name ?? "";
  for (const [name, checksum] of applied) {
    const migration = known.get(name);
    if (migration === undefined) throw name > newest ? newerSchema(name) : missingFile(name);
    if (migration.checksum !== checksum) throw editedFile(name);
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

async function listApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    "select name, checksum from platform_migration order by name",
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(sql);
    await client.query("insert into platform_migration (name, checksum) values ($1, $2)", [name, checksum]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`The migration ${name} failed and was rolled back.`, { cause: error });
  }
}

/** On an operator's server the roles may be missing; grants to them would fail one by one. */
export async function requireRoles(client: Pick<pg.Client, "query">): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    "select rolname from pg_roles where rolname = any($1)",
    [Object.values(ROLES)],
  );
  const missing = ROLE_KEYS.filter((key) => !rows.some(({ rolname }) => rolname === ROLES[key]));
  const statements = missing.map((key) => createRoleSql(key, undefined));
  try {
    for (const statement of statements) await client.query(statement);
  } catch (error) {
    throw new StartFault(
      `The database has no ${missing.map((key) => `role ${ROLES[key]}`).join(", ")}, and we may not create roles.`,
      `Let an administrator of the database run: ${statements.join(" ")}`,
      { cause: error },
    );
  }
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
