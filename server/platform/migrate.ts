import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { connectToMigrate } from "./connect-to-migrate.ts";
import { applyBackfill, type RowsDone } from "./migrations/apply-backfill.ts";
import { applyIndex } from "./migrations/apply-index.ts";
import { applySchema, LOCK_TIMEOUT_MS } from "./migrations/apply-schema.ts";
import { decidePending, listNoted, type Noted, prepareLedger } from "./migrations/ledger.ts";
import { type Migration, readMigrations } from "./migrations/migration.ts";
import { createRoleSql, ROLE_KEYS, ROLES } from "./postgres/roles.ts";
import type { Secret } from "./secret.ts";
import { StartFault } from "./start-fault.ts";

/** Any number, ours alone: two programs migrating at once take turns on it. */
const ADVISORY_LOCK = 7_203_118_845;

/** How often a program that finds another one at it looks again, in ms. Ours. */
const TAKE_TURNS_MS = 200;

/** What is being done to the database, for whoever waits for it. */
export type MigrationProgress =
  | { readonly step: "waiting" }
  | {
      readonly step: "applying";
      readonly name: string;
      /** Which of how many, from 1. */
      readonly number: number;
      readonly of: number;
      /** Of a backfill only. */
      readonly rows?: RowsDone;
    };

export interface MigrateOptions {
  /** Told before anything is changed, and as it goes on; awaited, so that who is told can get ready. */
  readonly onProgress?: (progress: MigrationProgress) => Promise<void> | void;
  /** See LOCK_TIMEOUT_MS. */
  readonly lockTimeoutMs?: number;
}

/**
 * Brings the database up to the files in `folder`, and says which it applied or finished. Whatever ends it half-way,
 * the next call goes on from there (migrations/migration.ts has the kinds).
 *
 * A file is never edited once applied, and a database that knows more than the folder belongs to a newer program: both
 * are a StartFault before anything is changed. `ownerUrl` must reach PostgreSQL directly, not through a pooler: the
 * lock belongs to the session.
 */
export async function migrate(
  ownerUrl: Secret<string>,
  folder: string,
  options: MigrateOptions = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = await connectToMigrate(ownerUrl);
  try {
    // An index over millions of rows takes as long as it takes, whatever the role's own limit is.
    await client.query("set statement_timeout = 0");
    await takeTurns(client, options);
    const noted = await listNoted(client);
    const pending = decidePending(migrations, noted);
    if (pending.length === 0) return { applied: [] };
    await requireRoles(client);
    await prepareLedger(client);
    for (const [at, migration] of pending.entries()) {
      const place = { step: "applying", name: migration.name, number: at + 1, of: pending.length } as const;
      await options.onProgress?.(place);
      await apply(client, migration, noted, options, (rows) => void options.onProgress?.({ ...place, rows }));
    }
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

/**
 * Asks for the lock again and again. Waiting inside a statement would hold a snapshot, which an index that the other
 * one builds concurrently waits for: each would wait for the other.
 */
async function takeTurns(client: pg.Client, { onProgress }: MigrateOptions): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    const { rows } = await client.query<{ mine: boolean }>("select pg_try_advisory_lock($1) as mine", [
      ADVISORY_LOCK,
    ]);
    if (rows[0]?.mine === true) return;
    if (isFirst) await onProgress?.({ step: "waiting" });
    await sleep(TAKE_TURNS_MS);
  }
}

async function apply(
  client: pg.Client,
  migration: Migration,
  noted: readonly Noted[],
  { lockTimeoutMs }: MigrateOptions,
  onRows: (rows: RowsDone) => void,
): Promise<void> {
  const { name, work } = migration;
  try {
    if (work.kind === "schema") await applySchema(client, migration, lockTimeoutMs ?? LOCK_TIMEOUT_MS);
    else if (work.kind === "backfill") await applyBackfill(client, { ...migration, work }, onRows);
    else {
      const isBegun = noted.some((each) => each.name === name);
      await applyIndex(client, { ...migration, work }, isBegun ? "begun before" : "new");
    }
  } catch (error) {
    if (error instanceof StartFault) throw error;
    const left = work.kind === "schema" ? "was rolled back" : "goes on at the next start";
    throw new Error(`The migration ${name} failed and ${left}.`, { cause: error });
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
