import { type Actor, actorName } from "../../identity/actor.ts";
import { record } from "../../identity/handles.ts";
import type { ScimAct, ScimHandles } from "../../identity/scim/act-as-directory.ts";
import { applyGroups } from "../../identity/scim/apply-groups.ts";
import { findGroup, listGroupUserIds, type ScimGroup, saveGroup } from "../../identity/scim/group-row.ts";
import type { DirectoryRole } from "../../identity/scim/tables.ts";
import { narrow } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actOnMembers, type MemberAct } from "../act-on-members.ts";
import { mayGrant } from "../decide-member-change.ts";
import type { AccessTables } from "../tables.ts";
import { listTeamRows } from "../teams/team.ts";

/** What a group of the directory is to give. What is absent stays as it is. */
export interface GroupMeaning {
  readonly groupId: string;
  readonly role?: DirectoryRole | null | undefined;
  readonly teamId?: string | null | undefined;
}

/**
 * Decides what a group of the directory gives its members: a role, never more than the actor's own level and never
 * Owner, and a team of the workspace. Who is in the group is given it now. One at a time with what the directory writes.
 */
export async function mapScimGroup(handles: ScimHandles, actor: Actor, given: GroupMeaning): Promise<void> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await actOnMembers(handles, actor, "scim.manage", async (access) => {
    const { tx, vault, now } = access;
    const { groupId: id } = given;
    const group = await findGroup(tx, vault, { id });
    if (group === undefined) throw new Refusal("not_found", "scim.group_not_found");
    const { role = group.role, teamId = group.teamId } = given;
    await requireGivable(access, group, { role, teamId });
    if (group.role === role && group.teamId === teamId) return;
    await saveGroup(tx, vault, { ...group, role, teamId, changedAt: now });
    const act: ScimAct = {
      ...{ handles, tx, vault, installation, now },
      record: (event) => record(handles, tx, actor.workspaceId, { ...event, actor: actorName(actor) }),
    };
    await act.record({
      kind: "identity.scim_group_mapped",
      subject: `scim_group:${id}`,
      outcome: "success",
      detail: {
        ...{ from: group.role ?? "none", to: role ?? "none" },
        ...{ fromTeam: group.teamId ?? "none", toTeam: teamId ?? "none" },
      },
    });
    await applyGroups(act, await listGroupUserIds(tx, vault, id), { id, role, teamId });
  });
}

async function requireGivable(
  { tx, vault, self }: MemberAct,
  group: ScimGroup,
  { role, teamId }: Pick<ScimGroup, "role" | "teamId">,
): Promise<void> {
  if (role !== null && !mayGrant(self.role, role)) throw new Refusal("forbidden", "access.above_own_level");
  if (teamId === null || teamId === group.teamId) return;
  const teams = await listTeamRows(narrow<AccessTables>(tx), vault);
  if (!teams.some((team) => team.id === teamId)) throw new Refusal("invalid", "access.team_unknown");
}
