import { actorName, type Role } from "../identity/actor.ts";
import { getWorkspaceName } from "../identity/describe-workspace.ts";
import { foldEmail } from "../identity/email.ts";
import { confirmEnrolment, type Enrolment, type FactorProof, offerEnrolment } from "../identity/enrolment.ts";
import { refuseForged } from "../identity/forged-row.ts";
import { type IdentityHandles, record, recordRefusal, type Visitor } from "../identity/handles.ts";
import {
  findInvitation,
  findInvitationRoute,
  type Invitation,
  invitedNamePlace,
  isWaiting,
  openInvitedEmail,
  updateInvitation,
} from "../identity/invitation.ts";
import { findMember, insertMember, lockWorkspaceMembers, type Member } from "../identity/member.ts";
import { nameOfDevice } from "../identity/passkeys/name-of-device.ts";
import { hashNewPassword, insertPerson, type NewPerson } from "../identity/person.ts";
import { type StartedSession, startSession } from "../identity/start-session.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { inScope, inWorkspace, narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { decideInvitation } from "./decide-member-change.ts";
import { readTeams } from "./member-facts.ts";
import { may } from "./permissions.ts";
import type { AccessTables } from "./tables.ts";
import { listInvitationTeams } from "./teams/invitation-teams.ts";
import { writeMemberTeams } from "./teams/member-teams.ts";

/** What the holder of a link is shown. */
export interface Offer {
  readonly workspaceName: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date;
  /** The only address that may accept it; null where the link was carried by hand. */
  readonly email: string | null;
}

/** What an invitation offers, while it waits. */
export async function openInvitation(
  handles: IdentityHandles,
  visitor: Visitor,
  token: string,
): Promise<Offer> {
  const { vault, invitationId } = await findRoute(handles, visitor, token);
  return inWorkspace(handles.db, vault.workspaceId, async (tx) => {
    const invitation = await getWaiting(handles, tx, vault, invitationId);
    const keys = await vault.keysOf(narrow<VaultTables>(tx), [invitation.nameSealed]);
    return {
      workspaceName: await getWorkspaceName(tx, vault),
      name: keys.openText(invitedNamePlace(invitation.id), invitation.nameSealed),
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
  const { vault, invitationId } = await findRoute(handles, visitor, token);
  await inWorkspace(handles.db, vault.workspaceId, (tx) => getWaiting(handles, tx, vault, invitationId));
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
  const { vault, invitationId } = await findRoute(handles, visitor, given.token);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const workspaceName = await inWorkspace(handles.db, vault.workspaceId, async (tx) => {
    await getWaiting(handles, tx, vault, invitationId);
    return getWorkspaceName(tx, vault);
  });
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

async function findRoute(
  handles: IdentityHandles,
  visitor: Visitor,
  token: string,
): Promise<{ vault: WorkspaceVault; invitationId: string }> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const route = await findInvitationRoute(handles.db, installation, token);
  if (route !== undefined)
    return { vault: await handles.vault.openWorkspace(route.workspaceId), invitationId: route.invitationId };
  await recordRefusal(handles, visitor.address, {
    kind: "access.invitation_refused",
    subject: "installation",
    reason: "unknown_token",
  });
  throw new Refusal("not_found", "access.invitation_not_found");
}

/** The invitation, while it waits and whoever offered it could still do so. */
async function getWaiting(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  invitationId: string,
): Promise<Invitation> {
  const ended = new Refusal("conflict", "access.invitation_ended");
  const invitation = await refuseForged(handles, ended, () => findInvitation(tx, vault, invitationId));
  if (invitation === undefined || !isWaiting(invitation, handles.clock())) throw ended;
  const inviter = await refuseForged(handles, ended, () => findMember(tx, vault, invitation.invitedBy));
  if (inviter === undefined || inviter.state !== "active") throw ended;
  const mayInvite = may({ role: inviter.role, assurance: 2 }, "member.invite");
  const { teams, teamsOf } = await readTeams({ tx, vault });
  const offered = { role: invitation.role, teamIds: await teamsOffered({ tx, vault, teams }, invitation) };
  const verdict = decideInvitation({ self: inviter, teams, ofSelf: teamsOf(inviter) }, offered);
  if (!mayInvite || verdict !== "allow") throw ended;
  return invitation;
}

/** What was sent to an address is that address's to accept. */
async function requireInvited(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  invitation: Invitation,
  email: string,
): Promise<void> {
  const invited = await openInvitedEmail(tx, vault, invitation);
  if (invited !== null && invited !== foldEmail(email))
    throw new Refusal("forbidden", "access.invitation_other_email");
}

/** The teams that an invitation leads into, of those that still stand. */
async function teamsOffered(
  reading: {
    readonly tx: Tx<IdentityTables>;
    readonly vault: WorkspaceVault;
    readonly teams: ReadonlySet<string>;
  },
  { id }: Invitation,
): Promise<Set<string>> {
  const offered = await listInvitationTeams(narrow<AccessTables>(reading.tx), reading.vault, [id]);
  return new Set(offered.get(id)).intersection(reading.teams);
}

async function joinTeams(
  act: { readonly tx: Tx<IdentityTables>; readonly vault: WorkspaceVault; readonly now: Date },
  invitation: Invitation,
  { id: memberId }: Member,
): Promise<void> {
  const { teams } = await readTeams(act);
  const teamIds = await teamsOffered({ ...act, teams }, invitation);
  if (teamIds.size > 0)
    await writeMemberTeams(narrow<AccessTables>(act.tx), act.vault, { memberId, teamIds, now: act.now });
}
