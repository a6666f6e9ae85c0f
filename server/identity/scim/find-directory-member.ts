import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { findMember, type Member } from "../member.ts";
import type { IdentityTables } from "../tables.ts";
import { findUser, hashExternalId } from "./user-row.ts";

/**
 * The member whom the company's directory made and knows by this id. Not one that it found here: their account was
 * their own before, and only they can say that a company account is theirs; nor one who has been here under another id than
 * the directory writes now. `tx` must be scoped to the workspace.
 */
export async function findDirectoryMember(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  directoryId: string,
): Promise<Member | undefined> {
  const externalIdHash = hashExternalId(vault, directoryId);
  const user = await findUser(tx, vault, { externalIdHash });
  if (user === undefined || user.origin !== "made" || !user.active) return undefined;
  if (user.heldIdHash !== null && !user.heldIdHash.equals(externalIdHash)) return undefined;
  const member = await findMember(tx, vault, user.memberId);
  return member?.personId === user.personId ? member : undefined;
}
