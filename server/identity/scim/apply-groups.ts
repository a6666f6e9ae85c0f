import { actorName, type Role } from "../actor.ts";
import { findMember, type Member, updateMember } from "../member.ts";
import { deleteSessions } from "../session.ts";
import type { ScimAct } from "./act-as-directory.ts";
import { type Grants, grantsOf } from "./decide-grants.ts";
import { findGroup, listGroupIdsOfUser, type ScimGroup } from "./group-row.ts";
import type { DirectoryRole } from "./tables.ts";
import { findUser, type ScimUser, saveUser } from "./user-row.ts";

/**
 * Gives users what their groups say now, where that is another thing than they said last: the highest role, taken back
 * to what it was when no group gives one any more; membership of each team, which ends with the last group that leads
 * into it. What an Admin did to a member in between stays until the groups say something new. `changed`: a group that
 * this transaction gives another meaning.
 */
export async function applyGroups(
  act: ScimAct,
  userIds: readonly string[],
  changed?: Pick<ScimGroup, "id" | "role" | "teamId">,
): Promise<void> {
  for (const id of userIds) {
    const user = await findUser(act.tx, act.vault, { id });
    if (user === undefined) continue;
    const grants = await readGrants(act, user, changed);
    // Whose groups are others now is another resource to the directory, whatever that gives them.
    if (changed === undefined || !isSame(user, grants)) await applyToUser(act, user, grants);
  }
}

/**
 * The user with the role that is the member's own, without any group: where it is another than the groups gave, somebody
 * here gave or took it since, and the groups' end gives back nothing that was taken.
 */
export function withOwnRole(user: ScimUser, member: Member): ScimUser {
  if (member.role === user.grantedRole || member.role === "owner") return user;
  return { ...user, baseRole: member.role satisfies DirectoryRole };
}

/**
 * What the groups' new word does to a member, who is not an Owner; the caller saves the user with it, and with their own
 * role (withOwnRole). A team that is no more takes nobody in.
 */
export async function giveGrants(
  act: ScimAct,
  { user, member, grants }: { readonly user: ScimUser; readonly member: Member; readonly grants: Grants },
): Promise<void> {
  if (grants.role !== user.grantedRole) await changeRole(act, member, grants.role ?? user.baseRole);
  await changeTeams(act, member, { before: new Set(user.grantedTeams), after: new Set(grants.teamIds) });
}

async function readGrants(
  { tx, vault }: ScimAct,
  user: ScimUser,
  changed: Pick<ScimGroup, "id" | "role" | "teamId"> | undefined,
): Promise<Grants> {
  const groups: Array<Pick<ScimGroup, "role" | "teamId">> = [];
  for (const id of await listGroupIdsOfUser(tx, vault, user.id)) {
    const group = changed?.id === id ? changed : await findGroup(tx, vault, { id });
    if (group !== undefined) groups.push(group);
  }
  return grantsOf(groups);
}

async function applyToUser(act: ScimAct, before: ScimUser, grants: Grants): Promise<void> {
  const { tx, vault, now } = act;
  const { role: grantedRole, teamIds: grantedTeams } = grants;
  const member = await findMember(tx, vault, before.memberId);
  if (member === undefined) return;
  const user = withOwnRole(before, member);
  await saveUser(tx, vault, { ...user, grantedRole, grantedTeams, changedAt: now });
  if (isSame(user, grants)) return;
  if (member.role !== "owner") return giveGrants(act, { user, member, grants });
  await act.record({
    kind: "identity.scim_refused",
    subject: actorName({ memberId: member.id }),
    outcome: "refusal",
    detail: { reason: "owner" },
  });
}

function isSame(
  { grantedRole, grantedTeams }: Pick<ScimUser, "grantedRole" | "grantedTeams">,
  { role, teamIds }: Grants,
): boolean {
  return grantedRole === role && grantedTeams.join() === teamIds.join();
}

async function changeRole(act: ScimAct, member: Member, role: Exclude<Role, "owner">): Promise<void> {
  if (member.role === role) return;
  await updateMember(act.tx, act.vault, { ...member, role });
  await deleteSessions(act.tx, act.installation, { memberId: member.id });
  await act.record({
    kind: "identity.scim_member_changed",
    subject: actorName({ memberId: member.id }),
    outcome: "success",
    detail: { from: member.role, to: role },
  });
}

/** Sessions stay: what a member no longer sees closes on their screen. */
async function changeTeams(
  { handles, tx, vault, record }: ScimAct,
  { id: memberId }: Member,
  { before, after }: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> },
): Promise<void> {
  const [joins, leaves] = [after.difference(before), before.difference(after)];
  if (joins.size + leaves.size === 0) return;
  const { workspaceId } = vault;
  const { joined, left } = await handles.moveTeams(tx, { workspaceId, memberId, joins, leaves });
  if (joined.length + left.length === 0) return;
  await record({
    kind: "identity.scim_member_changed",
    subject: actorName({ memberId }),
    outcome: "success",
    detail: { joined: [...joined], left: [...left] },
  });
}
