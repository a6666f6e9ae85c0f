import type { ScimHandles, TeamsMove } from "../../identity/scim/act-as-directory.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import { readTeams } from "../member-facts.ts";
import type { AccessTables } from "../tables.ts";
import type { TeamHooks } from "../teams/change-member-teams.ts";
import { writeMemberTeams } from "../teams/member-teams.ts";

/** Moves a member between teams, as their groups in the directory say; see ScimHandles. */
export async function moveDirectoryTeams(
  handles: Pick<ScimHandles, "vault" | "clock">,
  hooks: TeamHooks,
  tx: Tx<IdentityTables>,
  { workspaceId, memberId, joins, leaves }: TeamsMove,
): Promise<{ readonly joined: readonly string[]; readonly left: readonly string[] }> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const { teams, teamsOf } = await readTeams({ tx, vault });
  const before = teamsOf({ id: memberId });
  const joined = joins.intersection(teams).difference(before);
  const left = leaves.intersection(before);
  if (joined.size + left.size > 0) {
    const teamIds = before.union(joined).difference(left);
    await writeMemberTeams(narrow<AccessTables>(tx), vault, { memberId, teamIds, now: handles.clock() });
    await hooks.onTeamsChanged(tx, { workspaceId, memberId, left });
  }
  return { joined: [...joined].sort(), left: [...left].sort() };
}
