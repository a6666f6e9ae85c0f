import { may } from "../access/permissions.ts";
import type { AccessTables } from "../access/tables.ts";
import { listMemberTeams } from "../access/teams/member-teams.ts";
import { listNumberTeams } from "../access/teams/number-teams.ts";
import { isInReach, reachOf } from "../access/teams/reach.ts";
import { listTeamRows } from "../access/teams/team.ts";
import { findMember } from "../identity/member.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { narrow } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { accessConversation, type Conversation, findConversation } from "./access-conversation.ts";
import { conversationMac } from "./conversation-mac.ts";
import { announce, type MovedConversation } from "./live/live-change.ts";
import { noteTaking } from "./performance/note-work.ts";
import { type Act, record } from "./room.ts";

/** Takes an unassigned conversation. Of two who click at once one gets it, and the other is told `inbox.already_taken`. */
export async function takeConversation(act: Act, id: string): Promise<void> {
  const conversation = await findConversation(act, id, { lock: true });
  if (conversation.assigneeId === act.actor.memberId) return;
  if (conversation.assigneeId !== null) throw new Refusal("conflict", "inbox.already_taken");
  await setAssignee(act, conversation, act.actor.memberId, "conversation.taken");
}

/**
 * Assigns a conversation to an active member of its team, or to nobody. Everybody may hand on or give back a chat of
 * their own; for the others it takes the permission. A chat of no team may be anybody's; an Admin gives any to anybody.
 */
export async function assignConversation(act: Act, id: string, memberId: string | null): Promise<void> {
  const conversation = await findConversation(act, id, { lock: true });
  if (conversation.assigneeId !== act.actor.memberId && !may(act.actor, "conversation.assign")) {
    throw new Refusal("forbidden", "access.permission_missing");
  }
  if (memberId !== null) {
    const member = await findMember(narrow<IdentityTables>(act.tx), act.vault, memberId);
    if (member === undefined || member.state !== "active")
      throw new Refusal("invalid", "inbox.no_such_member");
    await requireInTeam(act, conversation, memberId);
  }
  if (conversation.assigneeId === memberId) return;
  await setAssignee(act, conversation, memberId, "conversation.assigned");
}

/** Whom a colleague gives a chat to has to be of its team, and to see its number. */
async function requireInTeam({ tx, vault, actor }: Act, chat: Conversation, memberId: string): Promise<void> {
  if (memberId === actor.memberId || may(actor, "conversation.assign_anybody")) return;
  const ours = narrow<AccessTables>(tx);
  const [{ teams }, numbers] = await Promise.all([
    listMemberTeams(ours, vault),
    listNumberTeams(ours, vault),
  ]);
  const reach = reachOf(teams.get(memberId)?.teamIds ?? [], numbers);
  if (!isInReach(reach, { team_id: chat.teamId, number_id: chat.numberId }))
    throw new Refusal("invalid", "inbox.not_in_team");
}

/**
 * Hands a conversation to another team, where it waits for somebody to take it. Everybody may with a chat of their own;
 * for the others it takes the permission.
 */
export async function moveConversation(act: Act, id: string, teamId: string | null): Promise<void> {
  const conversation = await findConversation(act, id, { lock: true });
  const { actor, tx, vault } = act;
  if (conversation.assigneeId !== actor.memberId && !may(actor, "conversation.assign"))
    throw new Refusal("forbidden", "access.permission_missing");
  if (conversation.teamId === teamId) return;
  const ours = narrow<AccessTables>(tx);
  const teams = await listTeamRows(ours, vault);
  const number = (await listNumberTeams(ours, vault)).get(conversation.numberId);
  if (number === "forged") throw new Refusal("invalid", "inbox.not_in_team");
  const seenBy = number === undefined || number.teamIds.length === 0 ? null : number.teamIds;
  const isTeam = teamId === null ? seenBy === null : teams.some((team) => team.id === teamId);
  if (!isTeam || (teamId !== null && seenBy !== null && !seenBy.includes(teamId)))
    throw new Refusal("invalid", "inbox.not_in_team");
  await rebind(act, conversation, { assigneeId: null, teamId });
  await record(act, {
    kind: "conversation.team_changed",
    subject: `conversation:${id}`,
    contactId: conversation.contactId,
    detail: { from: conversation.teamId, to: teamId, assignee: conversation.assigneeId },
  });
}

async function setAssignee(
  act: Act,
  conversation: Conversation,
  memberId: string | null,
  kind: "conversation.taken" | "conversation.assigned",
): Promise<void> {
  await rebind(act, conversation, { assigneeId: memberId, teamId: conversation.teamId });
  if (memberId !== null) await noteTaking(act, { conversationId: conversation.id, memberId });
  await record(act, {
    kind,
    subject: `conversation:${conversation.id}`,
    contactId: conversation.contactId,
    detail: { from: conversation.assigneeId, to: memberId },
  });
}

/** Writes whose it is, and the MAC over it. */
async function rebind(
  act: Act,
  before: Conversation,
  { assigneeId, teamId }: { readonly assigneeId: string | null; readonly teamId: string | null },
): Promise<void> {
  const { id, contactId, numberId } = before;
  const bound = { contact_id: contactId, number_id: numberId, assignee_id: assigneeId, team_id: teamId };
  const mac = conversationMac(act.vault, { id, ...bound });
  const moved = { id, assigneeId: before.assigneeId, teamId: before.teamId };
  await touch(act, id, { assignee_id: assigneeId, team_id: teamId, mac }, [moved]);
}

/** Closes it: the episode ends, and the next message of the customer opens a new one. */
export async function closeConversation(act: Act, id: string): Promise<void> {
  const conversation = await accessConversation(act, id, { lock: true });
  if (conversation.state === "closed") return;
  await touch(act, id, { state: "closed", waiting_since: null });
  await act.tx
    .updateTable("inbox_episode")
    .set({ closed_at: act.now, closed_by: act.actor.memberId })
    .where("workspace_id", "=", act.actor.workspaceId)
    .where("conversation_id", "=", id)
    .where("closed_at", "is", null)
    .execute();
  await record(act, {
    kind: "conversation.closed",
    subject: `conversation:${id}`,
    contactId: conversation.contactId,
  });
}

export async function reopenConversation(act: Act, id: string): Promise<void> {
  const conversation = await accessConversation(act, id, { lock: true });
  if (conversation.state === "open") return;
  await reopen(act, conversation);
}

/** The change itself, for those who hold the conversation's lock. */
export async function reopen(act: Act, conversation: Conversation): Promise<void> {
  await touch(act, conversation.id, { state: "open" });
  await startEpisode(act, conversation.id);
  await record(act, {
    kind: "conversation.reopened",
    subject: `conversation:${conversation.id}`,
    contactId: conversation.contactId,
  });
}

export async function startEpisode({ tx, actor, now }: Act, conversationId: string): Promise<void> {
  await tx
    .insertInto("inbox_episode")
    .values({
      workspace_id: actor.workspaceId,
      id: newId(),
      conversation_id: conversationId,
      opened_at: now,
      closed_at: null,
      closed_by: null,
      answered_from: null,
      answered_at: null,
      answered_by: null,
    })
    .onConflict((conflict) =>
      conflict.columns(["workspace_id", "conversation_id"]).where("closed_at", "is", null).doNothing(),
    )
    .execute();
}

async function touch(
  { tx, actor }: Act,
  id: string,
  change: {
    assignee_id?: string | null;
    team_id?: string | null;
    mac?: Buffer;
    state?: "open" | "closed";
    waiting_since?: null;
  },
  moved: readonly MovedConversation[] = [],
): Promise<void> {
  await tx
    .updateTable("inbox_conversation")
    .set((eb) => ({ ...change, version: eb("version", "+", "1") }))
    .where("workspace_id", "=", actor.workspaceId)
    .where("id", "=", id)
    .execute();
  await announce(tx, { workspaceId: actor.workspaceId, conversations: [id], moved });
}
