import { type RawBuilder, sql } from "kysely";
import { may } from "../access/permissions.ts";
import type { AccessTables } from "../access/tables.ts";
import type { Reach } from "../access/teams/reach.ts";
import { listTeamRows } from "../access/teams/team.ts";
import type { Actor } from "../identity/actor.ts";
import { narrow } from "../platform/database.ts";
import { readCursor, writeCursor } from "../platform/page-cursor.ts";
import { Refusal } from "../platform/refusal.ts";
import { findConversationRows } from "./conversation-rows.ts";
import { type Act, recordReading } from "./room.ts";
import { showRows } from "./show-rows.ts";
import type { RowView } from "./views.ts";

export type View = "mine" | "unassigned" | "all";

export interface ListInput {
  readonly view: View;
  readonly state: "open" | "closed";
  /** Of one team only. */
  readonly team?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of the inbox, newest activity first. A page is one event of the log per session, view and five minutes. */
export async function listConversations(
  act: Act,
  input: ListInput,
): Promise<{ conversations: RowView[]; next: string | null }> {
  const { tx, vault, actor } = act;
  const rows = await findConversationRows(tx, {
    vault,
    memberId: actor.memberId,
    where: await pageCondition(act, input),
    limit: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  await recordReading(act, `${input.view}/${input.state}/${input.team ?? ""}`, {
    kind: "conversation.listed",
    subject: `view:${input.view}`,
    detail: { rows: page.length },
  });
  const last = page.at(-1);
  const more = rows.length > page.length && last !== undefined;
  return {
    conversations: await showRows(act, page),
    next: more ? writeCursor({ at: last.last_activity_at, id: last.id }) : null,
  };
}

/** Those of one page: one's own by their assignee, all others team by team, each from the top of its own index. */
async function pageCondition(act: Act, input: ListInput): Promise<RawBuilder<unknown>> {
  const { actor } = act;
  const after = input.cursor === undefined ? sql`true` : afterCursor(input.cursor);
  if (input.view === "mine")
    return sql`c.assignee_id = ${actor.memberId} and c.state = ${input.state}
      and ${input.team === undefined ? sql`true` : sql`c.team_id = ${input.team}`} and ${after}`;
  if (input.view === "all" && !maySeeAll(actor)) throw new Refusal("forbidden", "access.permission_missing");
  const { teamIds, hiddenNumbers } = await wholeReach(act, await act.reach());
  const teams = input.team === undefined ? teamIds : teamIds.filter((id) => id === input.team);
  const rest = sql`c.workspace_id = ${actor.workspaceId} and c.state = ${input.state}
    ${input.view === "unassigned" ? sql`and c.assignee_id is null` : sql``}
    ${hiddenNumbers.length === 0 ? sql`` : sql`and c.number_id <> all(${hiddenNumbers}::uuid[])`} and ${after}`;
  const top = sql`order by c.team_id, c.last_activity_at desc, c.id desc limit ${input.limit + 1}`;
  const ofTeams = sql`
    select x.id, x.last_activity_at from unnest(${teams}::uuid[]) as t (id) cross join lateral (
      select c.id, c.last_activity_at from inbox_conversation c where c.team_id = t.id and ${rest} ${top}) x`;
  const ofNone = sql`
    (select c.id, c.last_activity_at from inbox_conversation c where c.team_id is null and ${rest} ${top})`;
  const parts = input.team === undefined ? sql`${ofTeams} union all ${ofNone}` : ofTeams;
  return sql`c.id = any(array(
    select id from (${parts}) as found order by last_activity_at desc, id desc limit ${input.limit + 1}))`;
}

/** Of whoever reaches everything: every team that there is. */
async function wholeReach(
  { tx, vault }: Act,
  reach: Reach,
): Promise<{ readonly teamIds: string[]; readonly hiddenNumbers: string[] }> {
  if (reach !== "everything") return { teamIds: [...reach.teamIds], hiddenNumbers: [...reach.hiddenNumbers] };
  const teams = await listTeamRows(narrow<AccessTables>(tx), vault);
  return { teamIds: teams.map(({ id }) => id), hiddenNumbers: [] };
}

/** Leads see into all chats of their teams; admins and owners see that all are there, and open one with a reason. */
export function maySeeAll(actor: Actor): boolean {
  return may(actor, "conversation.view_team") || may(actor, "conversation.open_with_reason");
}

function afterCursor(cursor: string): RawBuilder<unknown> {
  const { at, id } = readCursor(cursor);
  return sql`(c.last_activity_at, c.id) < (${at}, ${id}::uuid)`;
}
