import { type Actor, actorName } from "../../identity/actor.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import { listGroups, saveGroup } from "../../identity/scim/group-row.ts";
import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import { actOnMembers, type MemberAct } from "../act-on-members.ts";
import type { AccessTables } from "../tables.ts";
import type { TeamHooks } from "./change-member-teams.ts";
import { listMemberTeams, writeMemberTeams } from "./member-teams.ts";
import { listNumberTeams, type NumberTeams, writeNumberTeams } from "./number-teams.ts";
import { insertTeam, listTeamRows, sealTeamName, type Team, updateTeam } from "./team.ts";

/** Teams of a workspace at the most. Ours: an inbox list is read team by team. */
export const MAX_TEAMS = 200;

/** A new team, with nobody in it. */
export async function createTeam(
  handles: IdentityHandles,
  hooks: TeamHooks,
  actor: Actor,
  name: string,
): Promise<string> {
  return actOnMembers(handles, actor, "team.manage", async (act) => {
    const tx = narrow<AccessTables>(act.tx);
    if ((await listTeamRows(tx, act.vault)).length >= MAX_TEAMS)
      throw new Refusal("conflict", "access.too_many_teams");
    const { id } = await insertTeam(tx, act.vault, { name, now: act.now });
    await hooks.onTeamsEdited(act.tx, actor.workspaceId);
    await note(handles, actor, act, { kind: "access.team_created", teamId: id });
    return id;
  });
}

export async function renameTeam(
  handles: IdentityHandles,
  hooks: TeamHooks,
  actor: Actor,
  { teamId, name }: { readonly teamId: string; readonly name: string },
): Promise<void> {
  await actOnMembers(handles, actor, "team.manage", async (act) => {
    const tx = narrow<AccessTables>(act.tx);
    const team = getTeam(await listTeamRows(tx, act.vault), teamId);
    const nameSealed = await sealTeamName(tx, act.vault, { id: team.id, name, now: act.now });
    await updateTeam(tx, act.vault, { ...team, nameSealed });
    await hooks.onTeamsEdited(act.tx, actor.workspaceId);
    await note(handles, actor, act, { kind: "access.team_renamed", teamId: team.id });
  });
}

/**
 * Ends a team: its members leave it, numbers and groups of the directory forget it, and its chats go to another team, or to everybody.
 * A number that only this team saw is seen by `into`; refuses with `access.team_sees_number` where there is none.
 */
export async function dissolveTeam(
  handles: IdentityHandles,
  hooks: TeamHooks,
  actor: Actor,
  given: { readonly teamId: string; readonly into: string | null },
): Promise<void> {
  await actOnMembers(handles, actor, "team.manage", async (act) => {
    const tx = narrow<AccessTables>(act.tx);
    const teams = await listTeamRows(tx, act.vault);
    const team = getTeam(teams, given.teamId);
    if (given.into === team.id) throw new Refusal("invalid", "access.team_unknown");
    const into = given.into === null ? null : getOffered(teams, given.into).id;
    await forgetInNumbers(act, team.id, into);
    const { workspaceId } = actor;
    await hooks.onTeamDissolved(act.tx, { workspaceId, teamId: team.id, into });
    const { teams: known } = await listMemberTeams(tx, act.vault);
    for (const { memberId, teamIds } of known.values())
      if (teamIds.includes(team.id)) {
        const left = teamIds.filter((id) => id !== team.id);
        await writeMemberTeams(tx, act.vault, { memberId, teamIds: left, now: act.now });
      }
    await forgetInGroups(act, team.id);
    await updateTeam(tx, act.vault, { ...team, dissolvedAt: act.now });
    await hooks.onTeamsEdited(act.tx, workspaceId);
    await note(handles, actor, act, { kind: "access.team_dissolved", teamId: team.id, detail: { into } });
  });
}

/** Says which teams see a number (none: all), and whose its new chats are. */
export async function setNumberTeams(
  handles: IdentityHandles,
  hooks: TeamHooks,
  actor: Actor,
  given: Pick<NumberTeams, "numberId" | "teamIds" | "defaultTeamId">,
): Promise<void> {
  await actOnMembers(handles, actor, "team.manage", async (act) => {
    const tx = narrow<AccessTables>(act.tx);
    const teams = await listTeamRows(tx, act.vault);
    const { numberId, teamIds, defaultTeamId } = given;
    for (const id of teamIds) getOffered(teams, id);
    if (defaultTeamId !== null) getOffered(teams, defaultTeamId);
    // So that no chat begins as everybody's with a number that is not everybody's.
    if (teamIds.length > 0 && (defaultTeamId === null || !teamIds.includes(defaultTeamId)))
      throw new Refusal("invalid", "access.default_team_needed");
    await writeNumberTeams(tx, act.vault, { numberId, teamIds, defaultTeamId, now: act.now });
    await hooks.onTeamsEdited(act.tx, actor.workspaceId);
    await record(handles, act.tx, actor.workspaceId, {
      kind: "access.number_teams_changed",
      actor: actorName(actor),
      subject: `number:${numberId}`,
      outcome: "success",
      detail: { teams: [...teamIds], defaultTeam: defaultTeamId },
    });
  });
}

async function forgetInNumbers(act: MemberAct, teamId: string, into: string | null): Promise<void> {
  const tx = narrow<AccessTables>(act.tx);
  for (const number of (await listNumberTeams(tx, act.vault)).values()) {
    if (number === "forged") continue;
    const without = withoutTeam(number, teamId, into);
    if (without !== number) await writeNumberTeams(tx, act.vault, { ...without, now: act.now });
  }
}

/** No group of the company's directory leads into a team that is no more. */
async function forgetInGroups({ tx, vault, now }: MemberAct, teamId: string): Promise<void> {
  for (const group of await listGroups(tx, vault))
    if (group.teamId === teamId) await saveGroup(tx, vault, { ...group, teamId: null, changedAt: now });
}

/** The same where the team has nothing to do with the number. */
function withoutTeam(number: NumberTeams, teamId: string, into: string | null): NumberTeams {
  const { teamIds, defaultTeamId } = number;
  const isDefault = defaultTeamId === teamId;
  if (!isDefault && !teamIds.includes(teamId)) return number;
  const next = isDefault ? into : defaultTeamId;
  if (teamIds.length === 0) return { ...number, defaultTeamId: next };
  // Without a successor a number that was for some teams would be for all of them.
  if (next === null) throw new Refusal("conflict", "access.team_sees_number");
  const others = teamIds.filter((id) => id !== teamId);
  return { ...number, teamIds: [...new Set([...others, next])], defaultTeamId: next };
}

function getTeam(teams: readonly Team[], teamId: string): Team {
  const team = teams.find(({ id }) => id === teamId.toLowerCase());
  if (team === undefined) throw new Refusal("not_found", "access.team_not_found");
  return team;
}

/** One that is named in a body: that it is unknown is a wrong request. */
function getOffered(teams: readonly Team[], teamId: string): Team {
  const team = teams.find(({ id }) => id === teamId);
  if (team === undefined) throw new Refusal("invalid", "access.team_unknown");
  return team;
}

async function note(
  handles: IdentityHandles,
  actor: Actor,
  { tx }: MemberAct,
  event: {
    readonly kind: "access.team_created" | "access.team_renamed" | "access.team_dissolved";
    readonly teamId: string;
    readonly detail?: Readonly<Record<string, string | null>>;
  },
): Promise<void> {
  await record(handles, tx, actor.workspaceId, {
    kind: event.kind,
    actor: actorName(actor),
    subject: `team:${event.teamId}`,
    outcome: "success",
    ...(event.detail === undefined ? {} : { detail: event.detail }),
  });
}
