import type { Tx } from "../platform/database.ts";
import type { IdentityTables } from "./tables.ts";

/** Removes the sessions of all people that are past their time. They were refused already; this is housekeeping. */
export async function dropExpiredSessions(tx: Tx<IdentityTables>, now: Date): Promise<void> {
  await tx.deleteFrom("identity_session").where("expires_at", "<=", now).execute();
}
