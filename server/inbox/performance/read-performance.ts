import { sql } from "kysely";
import { managesEverybody } from "../../access/manages-everybody.ts";
import type { AccessTables } from "../../access/tables.ts";
import { listMemberTeams } from "../../access/teams/member-teams.ts";
import { listTeamRows, type Team, teamNamePlace } from "../../access/teams/team.ts";
import { getTimeZone } from "../../identity/describe-workspace.ts";
import { listMemberRows, type MemberRecord } from "../../identity/member.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { narrow } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { type Act, recordReading } from "../room.ts";
import { countWork } from "./count-work.ts";
import { type Figures, isNothing, sumUp } from "./figures.ts";
import { startOfLocalDay } from "./period-start.ts";

export type { Figures } from "./figures.ts";

/** Days before that of now with which a period begins. */
const DAYS_BACK = { today: 0, days7: 6, days28: 27 } as const;

export interface TeamFigures {
  /** Null: chats of no team. */
  readonly team: { readonly id: string; readonly name: string } | null;
  readonly total: Figures;
  readonly unassigned: Figures;
  readonly members: ReadonlyArray<{ readonly id: string; readonly name: string; readonly figures: Figures }>;
  /** What people who are not listed do and did in the team's chats; null where that is nothing. */
  readonly others: Figures | null;
}

export interface Performance {
  readonly from: Date;
  readonly timeZone: string;
  readonly teams: readonly TeamFigures[];
}

/**
 * How teams are doing. A Team Lead is told of their own teams, with themselves and the agents of each by name; whoever
 * manages everybody, of all. Counted are chats that are in the actor's reach and nothing else, so nobody is told by a
 * sum what no chat would tell them.
 */
export async function readPerformance(act: Act, period: keyof typeof DAYS_BACK): Promise<Performance> {
  const { tx, actor, now } = act;
  const timeZone = await getTimeZone(narrow<IdentityTables>(tx), actor.workspaceId);
  const from = startOfLocalDay(now, timeZone, DAYS_BACK[period]);
  const all = managesEverybody(actor.role);
  const teams = await readTeams(act);
  const shown = await shownTeams(act, teams);
  const work = await countWork(act, { which: await inShown(act, shown), from });
  const { teams: teamsOf } = await listMemberTeams(narrow<AccessTables>(tx), act.vault);
  const people = (await listMemberRows(narrow<IdentityTables>(tx), act.vault)).filter(
    ({ isOurs, member }) =>
      isOurs && member.state === "active" && (all || member.role === "agent" || member.id === actor.memberId),
  );
  await recordReading(act, `performance/${period}`, {
    kind: "performance.read",
    subject: `workspace:${actor.workspaceId}`,
    detail: { period },
  });
  const isIn = ({ member }: MemberRecord, teamId: string) =>
    teamsOf.get(member.id)?.teamIds.includes(teamId) ?? false;
  const figuresOf = (team: Named | null): TeamFigures => {
    const figures = sumUp(work, team?.id ?? null);
    const everybody = team === null && teams.length === 0;
    const listed = people.filter((one) =>
      team === null ? everybody || !isNothing(figures.of(one.member.id)) : isIn(one, team.id),
    );
    const others = figures.ofOthers(new Set<string>(listed.map(({ member }) => member.id)));
    return {
      team,
      total: figures.total,
      unassigned: figures.of(null),
      members: listed.map(({ member, name }) => ({ id: member.id, name, figures: figures.of(member.id) })),
      others: isNothing(others) ? null : others,
    };
  };
  const ofNone = figuresOf(null);
  const hasNone = all ? teams.length === 0 || !isNothing(ofNone.total) : teams.length === 0;
  return { from, timeZone, teams: [...shown.map(figuresOf), ...(hasNone ? [ofNone] : [])] };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

async function readTeams(act: Act): Promise<Team[]> {
  return listTeamRows(narrow<AccessTables>(act.tx), act.vault);
}

/** Those that the actor is told of. */
async function shownTeams(act: Act, teams: readonly Team[]): Promise<Named[]> {
  const reach = await act.reach();
  const shown = teams.filter(({ id }) => reach === "everything" || reach.teamIds.has(id));
  const sealed = shown.map(({ nameSealed }) => nameSealed);
  const keys = await act.vault.keysOf(narrow<VaultTables>(act.tx), sealed);
  return shown.map(({ id, nameSealed }) => ({ id, name: keys.openText(teamNamePlace(id), nameSealed) }));
}

/** On `c`: the chats of those teams that are in the actor's reach. */
async function inShown(act: Act, shown: readonly Named[]) {
  const reach = await act.reach();
  if (reach === "everything") return sql`true`;
  const numbers = [...reach.hiddenNumbers];
  const ids = shown.map(({ id }) => id);
  const ofTeams = ids.length === 0 ? sql`c.team_id is null` : sql`c.team_id = any(${ids}::uuid[])`;
  return numbers.length === 0 ? ofTeams : sql`${ofTeams} and c.number_id <> all(${numbers}::uuid[])`;
}
