import { type Actor, actorName, type MemberId, type Role } from "../identity/actor.ts";
import { type IdentityHandles, record } from "../identity/handles.ts";
import {
  findInvitation,
  hashInvitationToken,
  INVITATION_MS,
  insertInvitation,
  invitedNamePlace,
  isWaiting,
  listAllInvitations,
  sealInvitedName,
  updateInvitation,
} from "../identity/invitation.ts";
import { randomToken } from "../identity/random-code.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION, newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";
import type { VaultTables } from "../vault/tables.ts";
import { actOnMembers } from "./act-on-members.ts";
import { mayGrant } from "./decide-member-change.ts";

/** An invitation as those who may invite see it. */
export interface InvitationView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly invitedBy: MemberId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Offers a membership up to one's own level. The token goes into a link that is shown once and works once. */
export async function invite(
  handles: IdentityHandles,
  actor: Actor,
  { name, role }: { readonly name: string; readonly role: Role },
): Promise<{ readonly invitation: InvitationView; readonly token: Secret<string> }> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const token = randomToken();
  const view = await actOnMembers(handles, actor, "member.invite", async ({ tx, vault, now, self }) => {
    if (!mayGrant(self.role, role)) throw new Refusal("forbidden", "access.above_own_level");
    const id = newId<string>();
    const expiresAt = new Date(now.getTime() + INVITATION_MS);
    const offer = { id, role, invitedBy: self.id, createdAt: now, expiresAt };
    const nameSealed = await sealInvitedName(tx, vault, { invitationId: id, name, now });
    await insertInvitation(
      tx,
      vault,
      { ...offer, nameSealed, acceptedAt: null, revokedAt: null },
      hashInvitationToken(installation, token.reveal()),
    );
    await record(handles, tx, actor.workspaceId, {
      kind: "access.member_invited",
      actor: actorName(actor),
      subject: `invitation:${id}`,
      outcome: "success",
      detail: { role },
    });
    return { ...offer, name };
  });
  return { invitation: view, token };
}

/** Those that wait, newest first. */
export async function listInvitations(handles: IdentityHandles, actor: Actor): Promise<InvitationView[]> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const now = handles.clock();
    const waiting = (await listAllInvitations(tx, vault)).filter((each) => isWaiting(each, now));
    const keys = await vault.keysOf(
      narrow<VaultTables>(tx),
      waiting.map(({ nameSealed }) => nameSealed),
    );
    return waiting.map(({ nameSealed, acceptedAt: _, revokedAt: __, ...view }) => ({
      ...view,
      name: keys.openText(invitedNamePlace(view.id), nameSealed),
    }));
  });
}

/** Withdraws an invitation that waits. One that ended already stays as it ended. */
export async function revokeInvitation(
  handles: IdentityHandles,
  actor: Actor,
  invitationId: string,
): Promise<void> {
  await actOnMembers(handles, actor, "member.invite", async ({ tx, vault, now }) => {
    const invitation = await findInvitation(tx, vault, invitationId);
    if (invitation === undefined) throw new Refusal("not_found", "access.invitation_not_found");
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
