import { type Actor, actorName, type MemberId, type Role } from "../identity/actor.ts";
import { type IdentityHandles, record } from "../identity/handles.ts";
import { revokeInvitationsOf } from "../identity/invitation.ts";
import { type Member, updateMember } from "../identity/member.ts";
import { deleteSessions } from "../identity/session.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { actOnMembers } from "./act-on-members.ts";
import { decideDeactivation, decideReactivation, decideRoleChange } from "./decide-member-change.ts";
import { getMemberFacts, isAllowed } from "./member-facts.ts";

/** Told in the transaction in which a member loses access, so that what they hold can be given back. */
export type OnMemberGone = (
  tx: Tx<IdentityTables>,
  gone: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId; readonly actor: Actor },
) => Promise<void>;

/** Gives a member another role. Their sessions end: power changes with a new sign-in, never under a running session. */
export async function changeMemberRole(
  handles: IdentityHandles,
  actor: Actor,
  { memberId, role }: { readonly memberId: string; readonly role: Role },
): Promise<void> {
  await actOnMembers(handles, actor, "member.change_role", async (act) => {
    const facts = await getMemberFacts(act, memberId);
    if (!isAllowed(decideRoleChange(facts, role))) return;
    await updateMember(act.tx, act.vault, { ...facts.target, role });
    await deleteSessions(act.tx, act.installation, { memberId: facts.target.id });
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.member_role_changed",
      actor: actorName(actor),
      subject: `member:${memberId}`,
      outcome: "success",
      detail: { from: facts.target.role, to: role },
    });
  });
}

/** Suspends a member: every session ends at once, and their chats go back to their teams. Doing it twice is harmless. */
export async function deactivateMember(
  handles: IdentityHandles,
  onMemberGone: OnMemberGone,
  actor: Actor,
  memberId: string,
): Promise<void> {
  await actOnMembers(handles, actor, "member.deactivate", async (act) => {
    const facts = await getMemberFacts(act, memberId);
    if (!isAllowed(decideDeactivation(facts))) return;
    const gone: Member = { ...facts.target, state: "deactivated", deactivatedAt: act.now };
    await updateMember(act.tx, act.vault, gone);
    await deleteSessions(act.tx, act.installation, { memberId: gone.id });
    await revokeInvitationsOf(act.tx, act.vault, gone.id, act.now);
    await onMemberGone(act.tx, { workspaceId: actor.workspaceId, memberId: gone.id, actor });
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.member_deactivated",
      actor: actorName(actor),
      subject: `member:${memberId}`,
      outcome: "success",
      detail: { role: gone.role },
    });
  });
}

/**
 * A suspended member may sign in again, with the role and the teams they had. An Admin's act, whoever suspended them: a
 * Team Lead would undo what an Admin or the directory decided. What the directory says of them stays as it is there.
 */
export async function reactivateMember(
  handles: IdentityHandles,
  actor: Actor,
  memberId: string,
): Promise<void> {
  await actOnMembers(handles, actor, "member.reactivate", async (act) => {
    const { target, ...facts } = await getMemberFacts(act, memberId);
    if (!isAllowed(decideReactivation({ ...facts, target }))) return;
    await updateMember(act.tx, act.vault, { ...target, state: "active", deactivatedAt: null });
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.member_reactivated",
      actor: actorName(actor),
      subject: `member:${memberId}`,
      outcome: "success",
      detail: { role: target.role },
    });
  });
}
