import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { grantEnrolmentLeave } from "../factors/enrol-first-factor.ts";
import type { IdentityTables } from "../tables.ts";

/** How long the person has to sign in and enrol after that, in ms. Ours: a week, in which somebody comes by. */
export const LEAVE_MS = 7 * 24 * 60 * 60_000;

/**
 * Takes all second factors of a person away and lets them enrol new ones at their next sign-in. `tx` must be scoped to
 * the installation.
 */
export async function letEnrol(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, now }: { readonly personId: PersonId; readonly now: Date },
): Promise<void> {
  const until = new Date(now.getTime() + LEAVE_MS);
  await grantEnrolmentLeave(tx, installation, { personId, now, until });
}
