import { inWorkspace } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { PersonId } from "../actor.ts";
import { hashEmail } from "../email.ts";
import { refuseForged } from "../forged-row.ts";
import type { IdentityHandles, Visitor } from "../handles.ts";
import { findMember } from "../member.ts";
import { isTrusted, listDevices } from "./device.ts";
import { hashDeviceToken } from "./device-token.ts";

/** Whose: a person who has shown who they are, or the e-mail address that a visitor claims. */
export type Claim = { readonly personId: PersonId } | { readonly email: string };

/**
 * The id of a trusted device of whoever is claimed, if the visitor shows its token. What is asked depends on the tokens
 * shown and not on the claim until one of them is genuine: a stranger learns nothing of which accounts there are.
 */
export async function findTrustedDevice(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  { deviceTokens = [] }: Pick<Visitor, "deviceTokens">,
  claim: Claim,
): Promise<string | undefined> {
  if (deviceTokens.length === 0) return undefined;
  const hashes = deviceTokens.map((token) => hashDeviceToken(installation, token));
  const routes = await handles.db
    .selectFrom("identity_device_route")
    .where("token_hash", "in", hashes)
    .select(["workspace_id", "token_hash"])
    .execute();
  for (const route of routes) {
    const found = await findOwner(handles, route.workspace_id as WorkspaceId, route.token_hash);
    if (found !== undefined && (await isOf(handles, installation, found.personId, claim)))
      return found.deviceId;
  }
  return undefined;
}

async function findOwner(
  handles: IdentityHandles,
  workspaceId: WorkspaceId,
  tokenHash: Buffer,
): Promise<{ readonly deviceId: string; readonly personId: PersonId } | undefined> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const none = new Refusal("not_found", "identity.device_not_found");
  return refuseForged(handles, none, () =>
    inWorkspace(handles.db, workspaceId, async (tx) => {
      const { devices } = await listDevices(tx, vault, { tokenHashes: [tokenHash] });
      const device = devices.find((each) => isTrusted(each, handles.clock()));
      const member = device && (await findMember(tx, vault, device.memberId));
      if (device === undefined || member?.state !== "active") return undefined;
      return { deviceId: device.id, personId: member.personId };
    }),
  ).catch((error: unknown) => {
    // A member's row that somebody else wrote: it vouches for nobody.
    if (error === none) return undefined;
    throw error;
  });
}

async function isOf(
  handles: IdentityHandles,
  installation: WorkspaceVault,
  personId: PersonId,
  claim: Claim,
): Promise<boolean> {
  if ("personId" in claim) return claim.personId === personId;
  const login = await handles.db
    .selectFrom("identity_login")
    .where("email_hash", "=", hashEmail(installation, claim.email))
    .where("person_id", "=", personId)
    .select("person_id")
    .executeTakeFirst();
  return login !== undefined;
}
