import { actorName, type PersonId } from "../identity/actor.ts";
import { COMPANY_ENROLMENT_MS, grantEnrolmentLeave } from "../identity/factors/enrol-first-factor.ts";
import { refuseForged } from "../identity/forged-row.ts";
import { record, type Visitor } from "../identity/handles.ts";
import {
  findInvitationRouteByHash,
  hashInvitationToken,
  type Invitation,
  openInvitedName,
  updateInvitation,
} from "../identity/invitation.ts";
import { insertMember, lockWorkspaceMembers, type Member } from "../identity/member.ts";
import { insertPersonOnly } from "../identity/person.ts";
import { type Begun, beginSso } from "../identity/sso/begin.ts";
import { findOwnConnection, type SsoConnection } from "../identity/sso/connection.ts";
import { isFactorTrusted } from "../identity/sso/decide-trust.ts";
import type { InvitedAccount, SsoHandles } from "../identity/sso/handles.ts";
import { findLink, hashSubject, insertLink } from "../identity/sso/link.ts";
import { listChoicesOf } from "../identity/sso/list-choices.ts";
import type { SsoSession } from "../identity/sso/sso-session.ts";
import { startByAccount } from "../identity/sso/start-by-account.ts";
import type { IdentityTables, Language } from "../identity/tables.ts";
import { inScope, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import {
  findInvitationOf,
  getWaiting,
  joinTeams,
  requireInvited,
  requireInvitedNetwork,
} from "./waiting-invitation.ts";

export interface BeginAccepting {
  readonly token: string;
  readonly connectionId: string;
  readonly language: Language;
  readonly replaces: string | null;
  readonly deviceTokens: readonly string[];
}

/** Sends somebody who was invited to their company's provider: one of the very workspace that invites them. */
export async function beginAccepting(
  handles: SsoHandles,
  visitor: Visitor,
  { token, connectionId, ...carried }: BeginAccepting,
): Promise<Begun> {
  const { vault, invitationId } = await findInvitationOf(handles, visitor, token);
  const { workspaceId } = vault;
  const { role } = await inWorkspace(handles.db, workspaceId, (tx) =>
    getWaiting(handles, tx, vault, invitationId),
  );
  await requireInvitedNetwork(handles, visitor, { workspaceId, role });
  const choices = await listChoicesOf(handles, workspaceId);
  if (!choices.some(({ id }) => id === connectionId))
    throw new Refusal("not_found", "sso.connection_not_found");
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const tokenHash = hashInvitationToken(installation, token).toString("hex");
  const { language, replaces, deviceTokens } = carried;
  const purpose = { kind: "invitation", invitationId, tokenHash, language, replaces } as const;
  return beginSso(handles, {
    ...{ connectionId, next: null },
    purpose: { ...purpose, deviceTokens: [...deviceTokens] },
  });
}

/**
 * Makes whoever was invited a member by their company account, and signs them in: all of it or nothing, and once. The
 * account becomes theirs by issuer and subject. What was sent to an address is accepted only by an account whose
 * provider says that it has verified that very address; and an address that has a login here is refused, whoever says
 * that it is theirs. They have no password; our second factor they enrol at once, unless the connection's attestation
 * covers how they signed in.
 */
export async function acceptByAccount(
  handles: SsoHandles,
  visitor: Visitor,
  given: InvitedAccount,
): Promise<SsoSession> {
  const { workspaceId } = given.attempt;
  const { invitationId } = given.purpose;
  const ended = new Refusal("conflict", "access.invitation_ended");
  const vault = await handles.vault.openWorkspace(workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const vaults = { installation, workspace: vault };
  const { role } = await inWorkspace(handles.db, workspaceId, (tx) =>
    getWaiting(handles, tx, vault, invitationId),
  );
  await requireInvitedNetwork(handles, visitor, { workspaceId, role });
  return refuseForged(handles, ended, () =>
    inWorkspace(handles.db, workspaceId, async (tx) => {
      await lockWorkspaceMembers(tx, workspaceId);
      const invitation = await getWaiting(handles, tx, vault, invitationId);
      await requireSameLink(tx, given, invitation);
      const connection = await findOwnConnection(tx, vault, given.attempt.connectionId);
      const member = await makeMember(handles, tx, vaults, { ...given, invitation, connection });
      await updateInvitation(tx, vault, { ...invitation, acceptedAt: handles.clock() });
      await record(handles, tx, workspaceId, {
        kind: "access.invitation_accepted",
        actor: actorName({ memberId: member.id }),
        subject: `invitation:${invitationId}`,
        outcome: "success",
        detail: { role: member.role, invitedBy: invitation.invitedBy, by: connection.protocol },
      });
      const { verified, attempt } = given;
      const { trust } = connection.settings;
      const isTrusted = isFactorTrusted(trust, { verified, role: member.role, now: handles.clock() });
      const method = connection.protocol;
      return startByAccount(handles, tx, vaults, { visitor, attempt, member, method, isTrusted });
    }),
  );
}

/** The link may have been replaced while they were at their provider. */
async function requireSameLink(
  tx: Tx<IdentityTables>,
  { attempt, purpose }: InvitedAccount,
  invitation: Invitation,
): Promise<void> {
  const route = await findInvitationRouteByHash(tx, Buffer.from(purpose.tokenHash, "hex"));
  if (route?.workspaceId !== attempt.workspaceId || route.invitationId !== invitation.id)
    throw new Refusal("conflict", "access.invitation_ended");
}

async function makeMember(
  handles: SsoHandles,
  tx: Tx<IdentityTables>,
  { installation, workspace }: { readonly installation: WorkspaceVault; readonly workspace: WorkspaceVault },
  given: InvitedAccount & { readonly invitation: Invitation; readonly connection: SsoConnection },
): Promise<Member> {
  const { verified, purpose, invitation, connection } = given;
  const { email } = verified;
  if (email === null) throw new Refusal("forbidden", "sso.email_unverified");
  await requireInvited(tx, workspace, invitation, email);
  const connectionId = connection.id;
  const subjectHash = hashSubject(workspace, verified);
  const taken = new Refusal("conflict", "sso.account_taken");
  if ((await findLink(tx, workspace, { connectionId, subjectHash })) !== undefined) throw taken;
  const now = handles.clock();
  const personId = newId<PersonId>();
  const until = new Date(now.getTime() + COMPANY_ENROLMENT_MS);
  await inScope(tx, INSTALLATION, async () => {
    await insertPersonOnly(tx, installation, { personId, email, language: purpose.language, now });
    await grantEnrolmentLeave(tx, installation, { personId, now, until });
  });
  const name = await openInvitedName(tx, workspace, invitation);
  const member = await insertMember(tx, workspace, { personId, name, role: invitation.role, now });
  await joinTeams({ tx, vault: workspace, now }, invitation, member);
  const { id: memberId } = member;
  const isMade = await insertLink(tx, workspace, {
    ...{ connectionId, memberId, personId, subjectHash, madeBy: "invitation" },
    ...{ createdAt: now, usedAt: now },
  });
  if (!isMade) throw taken;
  await record(handles, tx, workspace.workspaceId, {
    kind: "identity.sso_linked",
    actor: actorName({ memberId }),
    subject: `member:${memberId}`,
    outcome: "success",
    detail: { connection: connectionId, by: "invitation" },
  });
  return member;
}
