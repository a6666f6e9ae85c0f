import type { Tx } from "../../platform/database.ts";
import type { IdentityTables } from "../tables.ts";
import { deleteOldChanges } from "./email-change.ts";
import { deleteOldLinks } from "./recovery-link.ts";

/** What can do nothing any more. For a job; `tx` must be scoped to the installation. */
export async function purgeRecovery(tx: Tx<IdentityTables>, now: Date): Promise<void> {
  await deleteOldLinks(tx, now);
  await deleteOldChanges(tx, now);
}
