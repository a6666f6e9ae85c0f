import type { WorkspaceVault } from "../vault/vault.ts";

/** The address as it is compared: people do not mind the case of their own. */
export function foldEmail(email: string): string {
  return email.trim().normalize("NFKC").toLowerCase();
}

/** By which a person is found without the address being readable. */
export function hashEmail(installation: WorkspaceVault, email: string): Buffer {
  return installation.hash("email", foldEmail(email));
}
