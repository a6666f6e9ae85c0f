import type { Actor } from "../../identity/actor.ts";
import type { IdentityHandles } from "../../identity/handles.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { AccessTables } from "../tables.ts";
import { listMemberTeams } from "./member-teams.ts";
import { listNumberTeams } from "./number-teams.ts";
import { listTeamRows, teamNamePlace } from "./team.ts";

export interface TeamView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly memberIds: readonly string[];
}

/** Which teams see a number; a number that everybody sees, and that has no team of its own, is not listed. */
export interface NumberTeamsView {
  readonly numberId: string;
  readonly teamIds: readonly string[];
  readonly defaultTeamId: string | null;
}

/** The teams with who is in them, oldest first, and the numbers that are for some of them. */
export async function listTeams(
  handles: IdentityHandles,
  actor: Actor,
): Promise<{ readonly teams: readonly TeamView[]; readonly numbers: readonly NumberTeamsView[] }> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (scoped) => {
    const tx = narrow<AccessTables>(scoped);
    const [rows, known, numbers] = await Promise.all([
      listTeamRows(tx, vault),
      listMemberTeams(tx, vault),
      listNumberTeams(tx, vault),
    ]);
    const keys = await vault.keysOf(
      narrow<VaultTables>(tx),
      rows.map(({ nameSealed }) => nameSealed),
    );
    const members = [...known.teams.values()];
    return {
      teams: rows.map(({ id, nameSealed, createdAt }) => ({
        ...{ id, createdAt, name: keys.openText(teamNamePlace(id), nameSealed) },
        memberIds: members.filter(({ teamIds }) => teamIds.includes(id)).map(({ memberId }) => memberId),
      })),
      numbers: [...numbers.values()].flatMap((one) =>
        one === "forged"
          ? []
          : [{ numberId: one.numberId, teamIds: one.teamIds, defaultTeamId: one.defaultTeamId }],
      ),
    };
  });
}
