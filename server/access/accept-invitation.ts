import { actorName, type Role } from "../identity/actor.ts";
import { getWorkspaceName } from "../identity/describe-workspace.ts";
import { confirmEnrolment, type Enrolment, type FactorProof, offerEnrolment } from "../identity/enrolment.ts";
import { type IdentityHandles, record, type Visitor } from "../identity/handles.ts";
import { openInvitedEmail, openInvitedName, updateInvitation } from "../identity/invitation.ts";
import { insertMember, lockWorkspaceMembers } from "../identity/member.ts";
import { nameOfDevice } from "../identity/passkeys/name-of-device.ts";
import { hashNewPassword, insertPerson, type NewPerson } from "../identity/person.ts";
import { listChoicesOf, type SignInChoice } from "../identity/sso/list-choices.ts";
import { type StartedSession, startSession } from "../identity/start-session.ts";
import { inScope, inWorkspace } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import {
  findInvitationOf,
  getWaiting,
  joinTeams,
  requireInvited,
  requireInvitedNetwork,
} from "./waiting-invitation.ts";

/** What the holder of a link is shown. */
export interface Offer {
  readonly workspaceName: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date;
  /** The only address that may accept it; null where the link was carried by hand. */
  readonly email: string | null;
  /** Company accounts by which it can be accepted. */
  readonly companyAccounts: readonly SignInChoice[];
  /** The workspace signs in by its company's account only: so does whoever accepts. */
  readonly companyOnly: boolean;
}

/** What an invitation offers, while it waits. */
export async function openInvitation(
  handles: IdentityHandles,
  visitor: Visitor,
  token: string,
): Promise<Offer> {
  const { vault, invitationId } = await findInvitationOf(handles, visitor, token);
  const companyAccounts = await listChoicesOf(handles, vault.workspaceId);
  const { ssoOnly } = await handles.policies.of(vault.workspaceId);
  return inWorkspace(handles.db, vault.workspaceId, async (tx) => {
    const invitation = await getWaiting(handles, tx, vault, invitationId);
    return {
      ...{ companyAccounts, companyOnly: ssoOnly.required },
      workspaceName: await getWorkspaceName(tx, vault),
      name: await openInvitedName(tx, vault, invitation),
      role: invitation.role,
      expiresAt: invitation.expiresAt,
      email: await openInvitedEmail(tx, vault, invitation),
    };
  });
}

/** A second factor for the invited person. */
export async function enrolInvited(
  handles: IdentityHandles,
  visitor: Visitor,
  { token, email }: { readonly token: string; readonly email: string },
): Promise<Enrolment> {
  const { vault, invitationId } = await findInvitationOf(handles, visitor, token);
  await inWorkspace(handles.db, vault.workspaceId, (tx) => getWaiting(handles, tx, vault, invitationId));
  await requireOwnWay(handles, vault);
  return offerEnrolment(handles, { purpose: `invitation:${invitationId}`, email });
}

export interface AcceptInvitation {
  readonly token: string;
  readonly person: NewPerson;
  readonly enrolment: string;
  readonly proof: FactorProof;
}

/**
 * Makes the invited person a member and signs them in: all of it or nothing, and once. An e-mail address that has a
 * login in this installation already is refused: one person is in one workspace for now.
 */
export async function acceptInvitation(
  handles: IdentityHandles,
  visitor: Visitor,
  given: AcceptInvitation,
): Promise<StartedSession> {
  const { vault, invitationId } = await findInvitationOf(handles, visitor, given.token);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const { workspaceName, offered } = await inWorkspace(handles.db, vault.workspaceId, async (tx) => {
    const invitation = await getWaiting(handles, tx, vault, invitationId);
    return { workspaceName: await getWorkspaceName(tx, vault), offered: invitation.role };
  });
  await requireOwnWay(handles, vault);
  await requireInvitedNetwork(handles, visitor, { workspaceId: vault.workspaceId, role: offered });
  const { person, enrolment, proof } = given;
  const { personId, ...factor } = await confirmEnrolment(handles, {
    ...{ purpose: `invitation:${invitationId}`, email: person.email, enrolment, proof },
    name: nameOfDevice(visitor.userAgent),
  });
  const about = [person.email, person.name, workspaceName];
  const phc = await hashNewPassword(handles, installation, { personId, password: person.password, about });

  return inWorkspace(handles.db, vault.workspaceId, async (tx) => {
    await lockWorkspaceMembers(tx, vault.workspaceId);
    const invitation = await getWaiting(handles, tx, vault, invitationId);
    await requireInvited(tx, vault, invitation, given.person.email);
    const now = handles.clock();
    await inScope(tx, INSTALLATION, () =>
      insertPerson(tx, installation, { person, personId, phc, factor, now }),
    );
    const { role } = invitation;
    const member = await insertMember(tx, vault, { personId, name: person.name, role, now });
    await joinTeams({ tx, vault, now }, invitation, member);
    await updateInvitation(tx, vault, { ...invitation, acceptedAt: now });
    await record(handles, tx, vault.workspaceId, {
      kind: "access.invitation_accepted",
      actor: actorName({ memberId: member.id }),
      subject: `invitation:${invitation.id}`,
      outcome: "success",
      detail: { role, invitedBy: invitation.invitedBy },
    });
    return startSession(
      handles,
      tx,
      { installation, workspace: vault },
      {
        member: { workspaceId: vault.workspaceId, personId, memberId: member.id, role },
        ...{ method: factor.passkey === undefined ? "totp" : "passkey", visitor },
      },
    );
  });
}

/** With a password nobody gets into a workspace of company accounts, not by an invitation either. */
async function requireOwnWay(handles: IdentityHandles, { workspaceId }: WorkspaceVault): Promise<void> {
  const { ssoOnly } = await handles.policies.of(workspaceId);
  if (ssoOnly.required) throw new Refusal("forbidden", "access.invitation_company_only");
}
