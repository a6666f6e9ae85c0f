import type { Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import type { IdentityTables } from "../tables.ts";

/**
 * Takes all second factors of a person away and lets them enrol new ones at their next sign-in. `tx` must be scoped to
 * the installation.
 */
export async function letEnrol(
  tx: Tx<IdentityTables>,
  _installation: WorkspaceVault,
  { personId }: { readonly personId: PersonId; readonly now: Date },
): Promise<void> {
  await tx
    .deleteFrom("identity_credential")
    .where("workspace_id", "=", INSTALLATION)
    .where("person_id", "=", personId)
    .where("kind", "!=", "password")
    .execute();
}
