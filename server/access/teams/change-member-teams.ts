import { type Actor, actorName, type MemberId } from "../../identity/actor.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { actOnMembers } from "../act-on-members.ts";
import { decideTeamsChange } from "../decide-member-change.ts";
import { getMemberFacts, isAllowed } from "../member-facts.ts";
import type { AccessTables } from "../tables.ts";
import { writeMemberTeams } from "./member-teams.ts";

/** Told in the act's transaction, so that chats follow their teams and open consoles look again. */
export interface TeamHooks {
  /** A member is in other teams now; chats of those they left are theirs no longer. */
  onTeamsChanged(
    tx: Tx<IdentityTables>,
    changed: {
      readonly workspaceId: WorkspaceId;
      readonly memberId: MemberId;
      readonly left: ReadonlySet<string>;
    },
  ): Promise<void>;
  /** A team is no more: its chats are `into`'s, or everybody's. */
  onTeamDissolved(
    tx: Tx<IdentityTables>,
    dissolved: { readonly workspaceId: WorkspaceId; readonly teamId: string; readonly into: string | null },
  ): Promise<void>;
  /** Names, or which team sees which number. */
  onTeamsEdited(tx: Tx<IdentityTables>, workspaceId: WorkspaceId): Promise<void>;
}

/** Puts a member into these teams and no others. Their sessions stay; what they no longer see closes on their screen. */
export async function changeMemberTeams(
  handles: IdentityHandles,
  hooks: TeamHooks,
  actor: Actor,
  { memberId, teamIds }: { readonly memberId: string; readonly teamIds: readonly string[] },
): Promise<void> {
  await actOnMembers(handles, actor, "member.change_teams", async (act) => {
    const facts = await getMemberFacts(act, memberId);
    const wanted = new Set(teamIds);
    if (!isAllowed(decideTeamsChange(facts, wanted))) return;
    const id = facts.target.id;
    await writeMemberTeams(narrow<AccessTables>(act.tx), act.vault, { memberId: id, teamIds, now: act.now });
    const left = facts.ofTarget.difference(wanted);
    await hooks.onTeamsChanged(act.tx, { workspaceId: actor.workspaceId, memberId: id, left });
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.member_teams_changed",
      actor: actorName(actor),
      subject: `member:${id}`,
      outcome: "success",
      detail: { joined: [...wanted.difference(facts.ofTarget)].sort(), left: [...left].sort() },
    });
  });
}
