import type { Selectable } from "kysely";
import { type Db, narrow, type Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { MemberId, Role } from "./actor.ts";
import type { IdentityTables } from "./tables.ts";

/** How long an invitation waits, in ms (issue 2; contract/members.ts). */
export const INVITATION_MS = 72 * 60 * 60 * 1000;

/** What an invitation offers, its MAC checked. */
export interface Invitation {
  readonly id: string;
  readonly nameSealed: Buffer;
  readonly role: Role;
  readonly invitedBy: MemberId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly revokedAt: Date | null;
}

type Row = Selectable<IdentityTables["identity_invitation"]>;

/** Whether somebody may still accept it. */
export function isWaiting(invitation: Invitation, now: Date): boolean {
  const { acceptedAt, revokedAt, expiresAt } = invitation;
  return acceptedAt === null && revokedAt === null && expiresAt > now;
}

/** By which the workspace of a link is found before anything else is known. */
export function hashInvitationToken(installation: WorkspaceVault, token: string): Buffer {
  return installation.hash("token", `invitation:${token}`);
}

export async function findInvitationRoute(
  db: Db<IdentityTables>,
  installation: WorkspaceVault,
  token: string,
): Promise<{ readonly workspaceId: WorkspaceId; readonly invitationId: string } | undefined> {
  const route = await db
    .selectFrom("identity_invitation_route")
    .where("token_hash", "=", hashInvitationToken(installation, token))
    .select(["workspace_id", "invitation_id"])
    .executeTakeFirst();
  if (route === undefined) return undefined;
  return { workspaceId: route.workspace_id as WorkspaceId, invitationId: route.invitation_id };
}

/** All of the workspace, newest first, without those that we did not write. `tx` must be scoped to it. */
export async function listAllInvitations(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
): Promise<Invitation[]> {
  const rows = await tx
    .selectFrom("identity_invitation")
    .where("workspace_id", "=", vault.workspaceId)
    .where("accepted_at", "is", null)
    .where("revoked_at", "is", null)
    .selectAll()
    .orderBy("id", "desc")
    .execute();
  return rows.flatMap((row) => invitationOf(vault, row) ?? []);
}

/** One, unless we did not write it. `tx` must be scoped to the workspace. */
export async function findInvitation(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  invitationId: string,
): Promise<Invitation | undefined> {
  const row = await tx
    .selectFrom("identity_invitation")
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", invitationId)
    .selectAll()
    .executeTakeFirst();
  return row === undefined ? undefined : invitationOf(vault, row);
}

export async function insertInvitation(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  invitation: Invitation,
  tokenHash: Buffer,
): Promise<void> {
  const workspace_id = vault.workspaceId;
  await tx
    .insertInto("identity_invitation")
    .values({
      workspace_id,
      id: invitation.id,
      name_sealed: invitation.nameSealed,
      role: invitation.role,
      invited_by: invitation.invitedBy,
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      accepted_at: invitation.acceptedAt,
      revoked_at: invitation.revokedAt,
      mac: vault.mac(LABEL, macFields(vault.workspaceId, invitation)),
    })
    .execute();
  await tx
    .insertInto("identity_invitation_route")
    .values({ token_hash: tokenHash, workspace_id, invitation_id: invitation.id })
    .execute();
}

/** Writes that an invitation ended. */
export async function updateInvitation(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  invitation: Invitation,
): Promise<void> {
  await tx
    .updateTable("identity_invitation")
    .set({
      accepted_at: invitation.acceptedAt,
      revoked_at: invitation.revokedAt,
      mac: vault.mac(LABEL, macFields(vault.workspaceId, invitation)),
    })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", invitation.id)
    .executeTakeFirstOrThrow();
}

/** What a member offered ends with the power they offered it by. */
export async function revokeInvitationsOf(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  memberId: MemberId,
  now: Date,
): Promise<void> {
  for (const invitation of await listAllInvitations(tx, vault))
    if (invitation.invitedBy === memberId)
      await updateInvitation(tx, vault, { ...invitation, revokedAt: now });
}

/** The invited person's name, each under a key of its own. */
export async function sealInvitedName(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly invitationId: string; readonly name: string; readonly now: Date },
): Promise<Buffer> {
  const subject = { subjectId: given.invitationId, keyClass: "member", at: given.now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, invitedNamePlace(given.invitationId), given.name);
}

export function invitedNamePlace(rowId: string) {
  return { table: "identity_invitation", column: "name_sealed", rowId };
}

const LABEL = "identity_invitation";

function invitationOf(vault: WorkspaceVault, row: Row): Invitation | undefined {
  const invitation: Invitation = {
    id: row.id,
    nameSealed: row.name_sealed,
    role: row.role,
    invitedBy: row.invited_by as MemberId,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    acceptedAt: row.accepted_at,
    revokedAt: row.revoked_at,
  };
  return vault.isMac(LABEL, macFields(vault.workspaceId, invitation), row.mac) ? invitation : undefined;
}

function macFields(workspaceId: WorkspaceId, invitation: Invitation): Array<string | Buffer | Date | null> {
  return [
    workspaceId,
    invitation.id,
    invitation.nameSealed,
    invitation.role,
    invitation.invitedBy,
    invitation.createdAt,
    invitation.expiresAt,
    invitation.acceptedAt,
    invitation.revokedAt,
  ];
}
