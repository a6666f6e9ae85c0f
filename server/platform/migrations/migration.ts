import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What a file does to a database that others are using meanwhile. The first line of the file says which of them it is;
 * without a word it is a small change of the schema.
 *
 * - `schema`: one transaction. For what takes milliseconds however many rows there are.
 * - `index`: one `create index concurrently`, outside of a transaction, so that nobody waits for it.
 * - `backfill`: rows in batches, workspace by workspace, each batch in a transaction of its own.
 */
export type MigrationWork =
  | { readonly kind: "schema" }
  | { readonly kind: "index"; readonly index: string }
  | { readonly kind: "backfill"; readonly scopes: string; readonly batch: string; readonly left: string };

export interface Migration {
  /** The file's name: "20261123T0900_inbox_message.sql". */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly checksum: string;
  readonly work: MigrationWork;
}

const FILE_NAME = /^\d{8}T\d{4}_[a-z]+_[a-z0-9_]+\.sql$/;

const FIRST_LINE = /^-- wardroom: ([a-z]+)\n/;

const ONE_INDEX = /^create (?:unique )?index concurrently ([a-z_][a-z0-9_]*) on [^;]+;\s*$/;

/** The three statements of a backfill, each under a line of its own. */
const BACKFILL = /^-- scopes\b[^\n]*\n(.+?);\s*\n-- batch\b[^\n]*\n(.+?);\s*\n-- left\b[^\n]*\n(.+?);\s*$/s;

/** The migrations of a folder in their order. A file that cannot be read as one is a bug of the release. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      if (!FILE_NAME.test(name))
        throw new Error(`${name}: a migration is called YYYYMMDDTHHMM_room_thing.sql`);
      const bytes = await readFile(join(folder, name));
      const checksum = createHash("sha256").update(bytes).digest("hex");
      const sql = bytes.toString("utf8");
      return { name, sql, checksum, work: readWork(name, sql) };
    }),
  );
}

function readWork(name: string, sql: string): MigrationWork {
  const first = FIRST_LINE.exec(sql);
  if (first === null) return { kind: "schema" };
  const rest = sql.slice(first[0].length);
  if (first[1] === "index") return readIndex(name, rest);
  if (first[1] === "backfill") return readBackfill(name, rest);
  throw new Error(`${name}: its first line names no work that we know`);
}

function readIndex(name: string, text: string): MigrationWork {
  const statement = ONE_INDEX.exec(text.replaceAll(/^--.*\n/gm, "").trimStart());
  if (statement?.[1] === undefined)
    throw new Error(`${name}: holds one "create index concurrently" and nothing else`);
  return { kind: "index", index: statement[1] };
}

function readBackfill(name: string, text: string): MigrationWork {
  const [, scopes, batch, left] = BACKFILL.exec(text.slice(Math.max(0, text.indexOf("-- scopes")))) ?? [];
  if (scopes === undefined || batch === undefined || left === undefined)
    throw new Error(`${name}: holds three statements, under "-- scopes", "-- batch" and "-- left"`);
  return { kind: "backfill", scopes, batch, left };
}
