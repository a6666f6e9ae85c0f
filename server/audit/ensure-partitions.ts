import { type Kysely, sql } from "kysely";
import type { AuditTables } from "./tables.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How many days ahead the log has a partition. Ours: a week without this job loses nothing but tidiness. */
const DAYS_AHEAD = 7;

/**
 * Makes the log's partitions of today and the coming week where they are missing, in days of UTC. The database takes
 * days around its own today only; where its clock and ours are days apart it makes none, and entries lie in the rest.
 */
export async function ensurePartitions(db: Kysely<AuditTables>, now: Date): Promise<void> {
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
    const day = new Date(now.getTime() + ahead * DAY_MS).toISOString().slice(0, 10);
    await sql`
      select audit_ensure_partition(${day}::date)
      where ${day}::date between current_date - 1 and current_date + 14`.execute(db);
  }
}
