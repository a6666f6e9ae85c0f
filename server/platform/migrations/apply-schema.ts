import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { StartFault } from "../start-fault.ts";
import { noteFinished } from "./ledger.ts";
import type { Migration } from "./migration.ts";

/**
 * How long a change of the schema stands in line for a table, in ms. Ours: whoever wants the table after us waits
 * behind us, so we step back and try again instead of stopping another node for as long as somebody reads.
 */
export const LOCK_TIMEOUT_MS = 3_000;

/** How often we step back. Ours: some minutes, then a person has to look who holds the table. */
const MAX_ATTEMPTS = 60;
const PAUSE_MS = 1_000;

const LOCK_NOT_AVAILABLE = "55P03";

/** Applies a small change in one transaction with its entry: all of it or nothing. */
export async function applySchema(
  client: pg.Client,
  migration: Migration,
  lockTimeoutMs: number,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await client.query("begin");
    try {
      await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
      await client.query(migration.sql);
      await noteFinished(client, migration);
      await client.query("commit");
      return;
    } catch (error) {
      await client.query("rollback");
      const isHeld = error instanceof Error && "code" in error && error.code === LOCK_NOT_AVAILABLE;
      if (!isHeld) throw error;
      if (attempt === MAX_ATTEMPTS) throw tablesHeld(migration, error);
    }
    await sleep(PAUSE_MS);
  }
}

function tablesHeld({ name }: Migration, cause: unknown): StartFault {
  return new StartFault(
    `The migration ${name} waits for a table that somebody else holds for minutes.`,
    "Look in pg_stat_activity for a long transaction, end it, and start Wardroom again.",
    { cause },
  );
}
