import { inScope, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { actorName } from "../actor.ts";
import { lockWorkspaceMembers, type Member } from "../member.ts";
import { deleteSessions } from "../session.ts";
import type { SsoTables } from "../sso/tables.ts";
import type { IdentityTables } from "../tables.ts";
import type { ScimAct } from "./act-as-directory.ts";
import { findDirectoryMember } from "./find-directory-member.ts";
import { findUser, hashExternalId, type ScimUser, saveUser } from "./user-row.ts";

/** Held for who has been here while the directory had no id of them. */
const NO_ID = Buffer.alloc(0);

/**
 * Holds fast by which id of the directory's a member came for the first time: whatever it writes later, no other leads to
 * them. Waits its turn, and answers false when the id has come to lead elsewhere meanwhile.
 */
export async function holdIdOfComer(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { directoryId, member }: { readonly directoryId: string; readonly member: Member },
): Promise<boolean> {
  await lockWorkspaceMembers(tx, vault.workspaceId);
  const now = await findDirectoryMember(tx, vault, directoryId);
  if (now?.id !== member.id || now.state !== "active") return false;
  const user = await findUser(tx, vault, { externalIdHash: hashExternalId(vault, directoryId) });
  if (user === undefined) return false;
  if (user.heldIdHash === null) await saveUser(tx, vault, { ...user, heldIdHash: user.externalIdHash });
  return true;
}

/** The id that alone leads to a member whom the directory made; null for one who has not been here yet. */
export async function heldIdOf(act: ScimAct, user: Omit<ScimUser, "profileSealed">): Promise<Buffer | null> {
  if (user.heldIdHash !== null || user.origin !== "made" || user.version === 0) return user.heldIdHash;
  return (await hasBeenHere(act, user)) ? (user.externalIdHash ?? NO_ID) : null;
}

/** Ends the sessions of a member whom the directory's id of them led to, and now does not, and says so in the log. */
export async function closeWayById(act: ScimAct, { memberId }: Pick<ScimUser, "memberId">): Promise<void> {
  await deleteSessions(act.tx, act.installation, { memberId });
  await act.record({
    kind: "identity.scim_id_changed",
    subject: actorName({ memberId }),
    outcome: "success",
  });
}

/** Those who came before their id was held fast have an account or a credential from it. */
async function hasBeenHere(
  { tx, vault }: ScimAct,
  { memberId, personId }: Pick<ScimUser, "memberId" | "personId">,
): Promise<boolean> {
  const link = await narrow<SsoTables>(tx)
    .selectFrom("identity_sso_link")
    .where("workspace_id", "=", vault.workspaceId)
    .where("member_id", "=", memberId)
    .select("id")
    .executeTakeFirst();
  if (link !== undefined) return true;
  const credential = await inScope(tx, INSTALLATION, () =>
    tx
      .selectFrom("identity_credential")
      .where("workspace_id", "=", INSTALLATION)
      .where("person_id", "=", personId)
      .where("kind", "in", ["password", "totp", "passkey"])
      .select("id")
      .executeTakeFirst(),
  );
  return credential !== undefined;
}
