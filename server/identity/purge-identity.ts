import type { Kysely } from "kysely";
import { FORGOTTEN_MS } from "./attempts.ts";
import type { IdentityTables } from "./tables.ts";

/**
 * Removes what ended by itself: sessions, answered challenges, and failed attempts that no longer count. For a job, some times a day; it
 * needs no workspace, because these tables are routing tables.
 */
export async function purgeIdentity(db: Kysely<IdentityTables>, now: Date): Promise<void> {
  await db.deleteFrom("identity_session").where("expires_at", "<=", now).execute();
  await db.deleteFrom("identity_spent_challenge").where("expires_at", "<=", now).execute();
  await db
    .deleteFrom("identity_attempt")
    .where("last_failure_at", "<", new Date(now.getTime() - FORGOTTEN_MS))
    .execute();
}
