import type pg from "pg";
import { noteBegun, noteFinished } from "./ledger.ts";
import type { Migration, MigrationWork } from "./migration.ts";

/**
 * Builds an index while everybody else reads and writes. It cannot be in a transaction, so what a crash leaves is
 * looked at: a whole index that was not noted is noted, half of one is dropped and built anew.
 */
export async function applyIndex(
  client: pg.Client,
  migration: Migration & { readonly work: Extract<MigrationWork, { kind: "index" }> },
  wasBegun: "begun before" | "new",
): Promise<void> {
  const { index } = migration.work;
  await noteBegun(client, migration);
  const state = wasBegun === "new" ? "absent" : await stateOf(client, index);
  if (state === "half") await client.query(`drop index concurrently ${client.escapeIdentifier(index)}`);
  if (state !== "whole") await client.query(migration.sql);
  await noteFinished(client, migration);
}

async function stateOf(client: pg.Client, index: string): Promise<"absent" | "half" | "whole"> {
  const { rows } = await client.query<{ whole: boolean }>(
    "select indisvalid and indisready as whole from pg_index where indexrelid = to_regclass($1)",
    [index],
  );
  if (rows[0] === undefined) return "absent";
  return rows[0].whole ? "whole" : "half";
}
