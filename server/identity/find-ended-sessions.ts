import type { Kysely } from "kysely";
import type { IdentityTables } from "./tables.ts";

/**
 * Those of these sessions that have ended: signed out, expired, or taken away with a role or a membership. One query
 * for all, so that open sockets can be asked about every second.
 */
export async function findEndedSessions(
  db: Kysely<IdentityTables>,
  sessionIds: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (sessionIds.length === 0) return new Set();
  const alive = await db
    .selectFrom("identity_session")
    .where("id", "in", sessionIds)
    .where("expires_at", ">", now)
    .select("id")
    .execute();
  const ended = new Set(sessionIds);
  for (const { id } of alive) ended.delete(id);
  return ended;
}
