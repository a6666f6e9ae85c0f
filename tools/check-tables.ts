import { isShipped, roomOf, type SourceFile } from "./check-imports.ts";

const CREATED = /^create (?:unlogged )?table (?:if not exists )?([a-z_.]+)/gm;

/** Comments may name anything. */
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Rooms see tables of their own alone: every place where one names another's, as sentences. */
export function findForeignTables(files: readonly SourceFile[], migrations: readonly string[]): string[] {
  const owners = new Map(migrations.flatMap(tablesIn).map((table) => [table, ownerOf(table)]));
  const named = new RegExp(
    `\\b(?:${[...owners.keys()].map((table) => table.replace(".", "\\.")).join("|")})\\b`,
    "g",
  );
  return files
    .filter(({ path }) => path.startsWith("server/") && isShipped(path))
    .flatMap(({ path, text }) => {
      const tables = new Set(text.replaceAll(COMMENT, "").match(named) ?? []);
      const foreign = [...tables].filter((table) => owners.get(table) !== roomOf(path));
      return foreign.map((table) => `${path}: ${table} belongs to ${owners.get(table)}`);
    });
}

export function tablesIn(migration: string): string[] {
  return [...migration.matchAll(CREATED)].map(([, table = ""]) => table);
}

/** "inbox" for inbox_message, "vault" for vault.data_key. */
function ownerOf(table: string): string {
  return table.split(/[._]/, 1)[0] ?? "";
}
