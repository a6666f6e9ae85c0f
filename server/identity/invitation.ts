import type { Selectable } from "kysely";
import { afterCommit, type Db, narrow, type Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import type { MemberId, Role } from "./actor.ts";
import { ForgedRow } from "./forged-row.ts";
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
  /** The only address that may accept it; null for a link to copy. */
  readonly emailSealed: Buffer | null;
  /** Rises with every change. 0: from before versions were counted. */
  readonly version: number;
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
  return findInvitationRouteByHash(db, hashInvitationToken(installation, token));
}

/** The same for whoever kept the hash of a token and not the token. */
export async function findInvitationRouteByHash(
  db: Db<IdentityTables>,
  tokenHash: Buffer,
): Promise<{ readonly workspaceId: WorkspaceId; readonly invitationId: string } | undefined> {
  const route = await db
    .selectFrom("identity_invitation_route")
    .where("token_hash", "=", tokenHash)
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

/** One. Throws ForgedRow for one that we did not write. `tx` must be scoped to the workspace. */
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
  if (row === undefined) return undefined;
  const invitation = invitationOf(vault, row);
  if (invitation === undefined) throw new ForgedRow(LABEL, row.id);
  return invitation;
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
      email_sealed: invitation.emailSealed,
      version: BigInt(invitation.version),
      mac: vault.mac(LABEL, macFields(vault.workspaceId, invitation)),
    })
    .execute();
  await insertRoute(tx, { tokenHash, workspaceId: workspace_id, invitationId: invitation.id });
}

/** Another token for an invitation: the one before leads nowhere any more. */
export async function replaceInvitationToken(
  tx: Tx<IdentityTables>,
  { workspaceId }: WorkspaceVault,
  invitationId: string,
  tokenHash: Buffer,
): Promise<void> {
  await tx
    .deleteFrom("identity_invitation_route")
    .where("workspace_id", "=", workspaceId)
    .where("invitation_id", "=", invitationId)
    .execute();
  await insertRoute(tx, { tokenHash, workspaceId, invitationId });
}

async function insertRoute(
  tx: Tx<IdentityTables>,
  route: { readonly tokenHash: Buffer; readonly workspaceId: string; readonly invitationId: string },
): Promise<void> {
  await tx
    .insertInto("identity_invitation_route")
    .values({
      token_hash: route.tokenHash,
      workspace_id: route.workspaceId,
      invitation_id: route.invitationId,
    })
    .execute();
}

/** Writes that an invitation ended, or waits for longer. */
export async function updateInvitation(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  changed: Invitation,
): Promise<void> {
  const invitation: Invitation = { ...changed, version: changed.version + 1 };
  await tx
    .updateTable("identity_invitation")
    .set({
      expires_at: invitation.expiresAt,
      version: BigInt(invitation.version),
      accepted_at: invitation.acceptedAt,
      revoked_at: invitation.revokedAt,
      mac: vault.mac(LABEL, macFields(vault.workspaceId, invitation)),
    })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", invitation.id)
    .executeTakeFirstOrThrow();
  // Remembered, so that the row of before, put back, is known to be old.
  afterCommit(tx, () => void vault.isNewest(LABEL, invitation));
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

/** The invited person's address, under the same key as the name. */
export async function sealInvitedEmail(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly invitationId: string; readonly email: string; readonly now: Date },
): Promise<Buffer> {
  const subject = { subjectId: given.invitationId, keyClass: "member", at: given.now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, invitedEmailPlace(given.invitationId), given.email);
}

/** The name that the inviter wrote. `tx` must be scoped to the workspace. */
export async function openInvitedName(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { id, nameSealed }: Pick<Invitation, "id" | "nameSealed">,
): Promise<string> {
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [nameSealed]);
  return keys.openText(invitedNamePlace(id), nameSealed);
}

/** The address that an invitation is bound to; null for a link to copy. `tx` must be scoped to the workspace. */
export async function openInvitedEmail(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { id, emailSealed }: Pick<Invitation, "id" | "emailSealed">,
): Promise<string | null> {
  if (emailSealed === null) return null;
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [emailSealed]);
  return keys.openText(invitedEmailPlace(id), emailSealed);
}

export function invitedEmailPlace(rowId: string) {
  return { table: "identity_invitation", column: "email_sealed", rowId };
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
    emailSealed: row.email_sealed,
    version: Number(row.version),
  };
  const isOurs = vault.isMac(LABEL, macFields(vault.workspaceId, invitation), row.mac);
  return isOurs && vault.isNewest(LABEL, invitation) ? invitation : undefined;
}

function macFields(
  workspaceId: WorkspaceId,
  invitation: Invitation,
): Array<string | number | Buffer | Date | null> {
  const { version, emailSealed } = invitation;
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
    // Rows from before carry a MAC without these.
    ...(version === 0 ? [] : [version, emailSealed]),
  ];
}
