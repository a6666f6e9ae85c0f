import { sql } from "kysely";
import type { Db } from "../platform/database.ts";
import type { IdentityTables } from "./tables.ts";

/** Those of these sessions that are gone or past their time. */
export async function findEndedSessions(
  db: Db<IdentityTables>,
  sessionIds: readonly string[],
  now: Date,
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select asked.id from unnest(${sessionIds}::uuid[]) as asked (id)
    where not exists (select 1 from identity_session s where s.id = asked.id and s.expires_at > ${now})
  `.execute(db);
  return new Set(rows.map((row) => row.id));
}
