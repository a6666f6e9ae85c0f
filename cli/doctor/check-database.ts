import { type QueryExecutorProvider, sql } from "kysely";
import { decidePending, NOTED, type Noted } from "../../server/platform/migrations/ledger.ts";
import { readMigrations } from "../../server/platform/migrations/migration.ts";
import { attention, type Finding, failing, lookAt, ok } from "./finding.ts";

const MIGRATIONS = new URL("../../db/migrations", import.meta.url).pathname;

/** Seconds between two clocks. Ours: codes of authenticators last 30, and Meta's times are compared with ours. */
const ATTENTION_SECONDS = 2;
const FAILING_SECONDS = 20;

export interface DatabaseFacts {
  /** The built-in server's version; undefined for the operator's own. */
  readonly builtIn: string | undefined;
  readonly now: () => Date;
}

/** Version, schema and clock of the database, asked as the application role. */
export async function checkDatabase(
  db: QueryExecutorProvider,
  { builtIn, now }: DatabaseFacts,
): Promise<Finding[]> {
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version') as version`.execute(db);
  const version = rows[0]?.version.split(" ")[0] ?? "";
  const database =
    builtIn === undefined
      ? ok("database", `PostgreSQL ${version} answers.`)
      : attention(
          "database",
          `The built-in PostgreSQL ${version} runs; it gets security releases only with Wardroom's own.`,
          "For production give DATABASE_URL and WARDROOM_OWNER_DATABASE_URL of a PostgreSQL that you look after.",
        );
  return [database, await lookAt("schema", () => checkSchema(db)), await checkClock(db, now)];
}

async function checkSchema(db: QueryExecutorProvider): Promise<Finding> {
  const { rows } = await sql.raw<Noted>(NOTED).execute(db);
  const pending = decidePending(await readMigrations(MIGRATIONS), rows);
  if (pending.length === 0)
    return ok("schema", `The schema is that of this program (${rows.length} migrations).`);
  return attention(
    "schema",
    `${pending.length} migrations have not been applied yet.`,
    "wardroom start applies them; make a backup before.",
  );
}

async function checkClock(db: QueryExecutorProvider, now: () => Date): Promise<Finding> {
  const before = now().getTime();
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
  const middle = (before + now().getTime()) / 2;
  return clockFinding("clock", "the database's", ((rows[0]?.at.getTime() ?? middle) - middle) / 1000);
}

/** A verdict about two clocks that differ by `seconds`. */
export function clockFinding(check: string, whose: string, seconds: number): Finding {
  const off = Math.abs(seconds);
  if (off < ATTENTION_SECONDS) return ok(check, `This machine's clock agrees with ${whose}.`);
  const sentence = `This machine's clock is ${off.toFixed(0)} s ${seconds > 0 ? "behind" : "before"} ${whose}.`;
  const fix = "Let both follow a time server (chrony, systemd-timesyncd).";
  return off < FAILING_SECONDS ? attention(check, sentence, fix) : failing(check, sentence, fix);
}
