import { type Actor, actorName, type MemberId, type Role } from "../identity/actor.ts";
import { foldEmail } from "../identity/email.ts";
import { refuseForged } from "../identity/forged-row.ts";
import { type IdentityHandles, record } from "../identity/handles.ts";
import {
  findInvitation,
  hashInvitationToken,
  INVITATION_MS,
  type Invitation,
  insertInvitation,
  invitedEmailPlace,
  invitedNamePlace,
  isWaiting,
  listAllInvitations,
  openInvitedEmail,
  replaceInvitationToken,
  sealInvitedEmail,
  sealInvitedName,
  updateInvitation,
} from "../identity/invitation.ts";
import { randomToken } from "../identity/random-code.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import { actOnMembers, type MemberAct } from "./act-on-members.ts";
import { decideInvitation } from "./decide-member-change.ts";
import { mailInvitation } from "./mail-invitation.ts";
import { managesEverybody } from "./manages-everybody.ts";
import { isAllowed, readTeams } from "./member-facts.ts";
import type { AccessTables } from "./tables.ts";
import { insertInvitationTeams, listInvitationTeams } from "./teams/invitation-teams.ts";

/** An invitation as those who may invite see it. */
export interface InvitationView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly teamIds: readonly string[];
  readonly invitedBy: MemberId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Where the link went, and who alone may accept; null for a link to copy. */
  readonly email: string | null;
}

export interface NewInvitation {
  readonly name: string;
  readonly role: Role;
  /** Asked for where mail goes out. */
  readonly email?: string | undefined;
  readonly teamIds?: readonly string[] | undefined;
}

export interface MadeInvitation {
  readonly invitation: InvitationView;
  /** For the link. */
  readonly token: Secret<string>;
  /** Then nobody but the invited address may see the token. */
  readonly isMailed: boolean;
}

/**
 * Offers a membership up to one's own level, for 72 hours and once. With SMTP set the link goes to the invited address
 * and nowhere else: an inviter who saw it could take the account. Without it the inviter carries it, and is shown it once.
 */
export async function invite(
  handles: IdentityHandles,
  actor: Actor,
  given: NewInvitation,
): Promise<MadeInvitation> {
  const { name, role, teamIds = [] } = given;
  const email = requireEmail(handles, given.email);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const token = randomToken();
  const view = await actOnMembers(handles, actor, "member.invite", async ({ tx, vault, now, self }) => {
    const { teams, teamsOf } = await readTeams({ tx, vault });
    const offered = { role, teamIds: new Set(teamIds) };
    isAllowed(decideInvitation({ self, teams, ofSelf: teamsOf(self) }, offered));
    const id = newId<string>();
    const expiresAt = new Date(now.getTime() + INVITATION_MS);
    const offer = { id, role, invitedBy: self.id, createdAt: now, expiresAt };
    const nameSealed = await sealInvitedName(tx, vault, { invitationId: id, name, now });
    const emailSealed =
      email === null ? null : await sealInvitedEmail(tx, vault, { invitationId: id, email, now });
    await insertInvitation(
      tx,
      vault,
      { ...offer, nameSealed, emailSealed, acceptedAt: null, revokedAt: null, version: 1 },
      hashInvitationToken(installation, token.reveal()),
    );
    await insertInvitationTeams(narrow<AccessTables>(tx), vault, { invitationId: id, teamIds });
    await mailInvitation(
      handles,
      { tx, vault, installation, self, now },
      { ...offer, email, token, installation },
    );
    await record(handles, tx, actor.workspaceId, {
      kind: "access.member_invited",
      actor: actorName(actor),
      subject: `invitation:${id}`,
      outcome: "success",
      detail: teamIds.length === 0 ? { role } : { role, teams: [...teamIds] },
    });
    return { ...offer, name, teamIds, email };
  });
  return { invitation: view, token, isMailed: handles.mail !== undefined };
}

/** Mails it once more under a new token, for another 72 hours; the link of before ends. */
export async function resendInvitation(
  handles: IdentityHandles,
  actor: Actor,
  invitationId: string,
): Promise<void> {
  if (handles.mail === undefined) throw new Refusal("conflict", "identity.mail_not_set");
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await actOnMembers(handles, actor, "member.invite", async ({ tx, vault, now, self }) => {
    const notFound = new Refusal("not_found", "access.invitation_not_found");
    const invitation = await refuseForged(handles, notFound, () => findInvitation(tx, vault, invitationId));
    const concerns = await concernOf({ tx, vault }, actor, invitation === undefined ? [] : [invitation]);
    if (invitation === undefined || !concerns(invitation)) throw notFound;
    if (!isWaiting(invitation, now)) throw new Refusal("conflict", "access.invitation_ended");
    const email = await openInvitedEmail(tx, vault, invitation);
    if (email === null) throw new Refusal("conflict", "access.invitation_has_no_email");
    const expiresAt = new Date(now.getTime() + INVITATION_MS);
    const token = randomToken();
    await updateInvitation(tx, vault, { ...invitation, expiresAt });
    await replaceInvitationToken(tx, vault, invitation.id, hashInvitationToken(installation, token.reveal()));
    const { role } = invitation;
    await mailInvitation(
      handles,
      { tx, vault, installation, self, now },
      { email, role, expiresAt, token, installation },
    );
    await record(handles, tx, actor.workspaceId, {
      kind: "access.invitation_resent",
      actor: actorName(actor),
      subject: `invitation:${invitationId}`,
      outcome: "success",
    });
  });
}

/** Those that wait, newest first; for a Team Lead those that they could have offered. */
export async function listInvitations(handles: IdentityHandles, actor: Actor): Promise<InvitationView[]> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const now = handles.clock();
    const all = (await listAllInvitations(tx, vault)).filter((each) => isWaiting(each, now));
    const concerns = await concernOf({ tx, vault }, actor, all);
    const waiting = all.filter(concerns);
    const teams = await teamsOfInvitations({ tx, vault }, waiting);
    const keys = await vault.keysOf(
      narrow<VaultTables>(tx),
      waiting.flatMap(({ nameSealed, emailSealed }) => [nameSealed, emailSealed]),
    );
    return waiting.map(
      ({ nameSealed, emailSealed, acceptedAt: _, revokedAt: __, version: ___, ...view }) => ({
        ...view,
        teamIds: teams.get(view.id) ?? [],
        name: keys.openText(invitedNamePlace(view.id), nameSealed),
        email: emailSealed === null ? null : keys.openText(invitedEmailPlace(view.id), emailSealed),
      }),
    );
  });
}

/** Withdraws an invitation that waits. One that ended already stays as it ended. */
export async function revokeInvitation(
  handles: IdentityHandles,
  actor: Actor,
  invitationId: string,
): Promise<void> {
  await actOnMembers(handles, actor, "member.invite", async ({ tx, vault, now }) => {
    const notFound = new Refusal("not_found", "access.invitation_not_found");
    const invitation = await refuseForged(handles, notFound, () => findInvitation(tx, vault, invitationId));
    const concerns = await concernOf({ tx, vault }, actor, invitation === undefined ? [] : [invitation]);
    if (invitation === undefined || !concerns(invitation)) throw notFound;
    if (!isWaiting(invitation, now)) return;
    await updateInvitation(tx, vault, { ...invitation, revokedAt: now });
    await record(handles, tx, actor.workspaceId, {
      kind: "access.invitation_revoked",
      actor: actorName(actor),
      subject: `invitation:${invitationId}`,
      outcome: "success",
    });
  });
}

/** With SMTP set an invitation has an address; without it, it may have one, and is then bound to it as well. */
function requireEmail(handles: IdentityHandles, email: string | undefined): string | null {
  if (email !== undefined) return foldEmail(email);
  if (handles.mail !== undefined) throw new Refusal("invalid", "access.invitation_email_needed");
  return null;
}

/** Which invitations are an actor's to see and to withdraw: what they could offer themselves. */
async function concernOf(
  reading: Pick<MemberAct, "tx" | "vault">,
  actor: Actor,
  invitations: readonly Invitation[],
): Promise<(invitation: Invitation) => boolean> {
  if (managesEverybody(actor.role)) return () => true;
  const { teams, teamsOf } = await readTeams(reading);
  const into = await teamsOfInvitations(reading, invitations);
  const self = { id: actor.memberId, role: actor.role };
  return ({ id, role }) =>
    decideInvitation(
      { self, teams, ofSelf: teamsOf(self) },
      { role, teamIds: new Set(into.get(id) ?? []) },
    ) === "allow";
}

function teamsOfInvitations({ tx, vault }: Pick<MemberAct, "tx" | "vault">, of: readonly Invitation[]) {
  return listInvitationTeams(
    narrow<AccessTables>(tx),
    vault,
    of.map(({ id }) => id),
  );
}
