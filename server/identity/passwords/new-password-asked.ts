import { inScope, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { type Credential, listCredentials, lockCredentials, updateCredential } from "../credentials.ts";
import type { IdentityTables } from "../tables.ts";

/**
 * Asks a person for a new password: their next session may do nothing but choose one. Stands in the password's own row,
 * under its MAC, and goes with the password. `tx` must be scoped to the
 * installation.
 */
export async function askForNewPassword(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  { personId, now }: { readonly personId: PersonId; readonly now: Date },
): Promise<"asked" | "asked_before" | "no_password"> {
  const [credential] = await lockCredentials(tx, installation, personId, "password");
  if (credential === undefined) return "no_password";
  if (isNewPasswordAsked(credential)) return "asked_before";
  await updateCredential(tx, installation, { ...credential, lastStep: BigInt(now.getTime()) });
  return "asked";
}

/** Whether this password has to be changed before anything else. */
export function isNewPasswordAsked({ lastStep }: Credential): boolean {
  return lastStep !== null;
}

/** A password that takes the place of the one asked for, or of any. */
export function replacePassword(credential: Credential, phc: string): Credential {
  return { ...credential, secret: Buffer.from(phc), lastStep: null };
}

/** The same of a person. `tx` in any scope. Throws ForgedRow. */
export async function mustChangePassword(
  tx: Tx<IdentityTables>,
  installation: WorkspaceVault,
  personId: PersonId,
): Promise<boolean> {
  const [credential] = await inScope(tx, INSTALLATION, () =>
    listCredentials(tx, installation, personId, ["password"]),
  );
  return credential !== undefined && isNewPasswordAsked(credential);
}
