import type { Role } from "../identity/actor.ts";
import { foldEmail } from "../identity/email.ts";
import { refuseForged } from "../identity/forged-row.ts";
import { type IdentityHandles, recordRefusal, type Visitor } from "../identity/handles.ts";
import {
  findInvitation,
  findInvitationRoute,
  type Invitation,
  isWaiting,
  openInvitedEmail,
} from "../identity/invitation.ts";
import { findMember, type Member } from "../identity/member.ts";
import { mayComeFrom, networkRefused } from "../identity/require-network.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { narrow, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { decideInvitation } from "./decide-member-change.ts";
import { readTeams } from "./member-facts.ts";
import { may } from "./permissions.ts";
import type { AccessTables } from "./tables.ts";
import { listInvitationTeams } from "./teams/invitation-teams.ts";
import { writeMemberTeams } from "./teams/member-teams.ts";

/** Whoever accepts is signed in by it. */
export async function requireInvitedNetwork(
  handles: IdentityHandles,
  { address }: Visitor,
  becoming: { readonly workspaceId: WorkspaceId; readonly role: Role },
): Promise<void> {
  const from = { ...becoming, memberId: undefined, address, by: "invitation" };
  if (!(await mayComeFrom(handles, from))) throw networkRefused();
}

/** The invitation that a link leads to. Refuses a token that is none, and puts that on record. */
export async function findInvitationOf(
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
export async function getWaiting(
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
export async function requireInvited(
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

/** Into the teams that the invitation offered. */
export async function joinTeams(
  act: { readonly tx: Tx<IdentityTables>; readonly vault: WorkspaceVault; readonly now: Date },
  invitation: Invitation,
  { id: memberId }: Member,
): Promise<void> {
  const { teams } = await readTeams(act);
  const teamIds = await teamsOffered({ ...act, teams }, invitation);
  if (teamIds.size > 0)
    await writeMemberTeams(narrow<AccessTables>(act.tx), act.vault, { memberId, teamIds, now: act.now });
}
