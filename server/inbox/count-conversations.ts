import { sql } from "kysely";
import { isInReach, type Reach } from "../access/teams/reach.ts";
import type { Actor } from "../identity/actor.ts";
import type { Tx } from "../platform/database.ts";
import { maySeeAll } from "./list-conversations.ts";
import type { InboxTables } from "./tables.ts";

interface ViewCounts {
  readonly mine: number;
  readonly unassigned: number;
  readonly all: number | null;
}

export interface Counts extends ViewCounts {
  readonly unread: number;
  /** By team; one without a chat that the actor knows of is left out, so that hidden and absent look the same. */
  readonly teams: Record<string, ViewCounts>;
}

/** Open chats of one assignee (null: nobody's), team and number. */
interface CountedGroup {
  readonly assignee_id: string | null;
  readonly team_id: string | null;
  readonly number_id: string;
  readonly chats: number;
  /** Those of them that hold something that the assignee has not read. */
  readonly unread: number;
}

export type CountedChats = readonly CountedGroup[];

/** Open chats by assignee, team and number: one query for everybody who is told. */
export async function countChats(tx: Tx<InboxTables>, workspaceId: string): Promise<CountedChats> {
  const { rows } = await sql<CountedGroup>`
    select c.assignee_id, c.team_id, c.number_id, count(*)::int as chats,
           count(*) filter (where c.inbound_count > coalesce(r.inbound_seen, 0))::int as unread
    from inbox_conversation c
    left join inbox_read_cursor r
      on r.workspace_id = c.workspace_id and r.member_id = c.assignee_id and r.conversation_id = c.id
    where c.workspace_id = ${workspaceId} and c.state = 'open'
    group by c.assignee_id, c.team_id, c.number_id
  `.execute(tx);
  return rows;
}

/** The same as one actor may know it. */
export function countsFor(actor: Actor, reach: Reach, counted: CountedChats): Counts {
  const isOwn = ({ assignee_id }: CountedGroup) => assignee_id === actor.memberId;
  const views = (groups: CountedChats): ViewCounts => {
    const reached = groups.filter((group) => isInReach(reach, group));
    const waiting = reached.filter(({ assignee_id }) => assignee_id === null);
    return {
      mine: sum(groups.filter(isOwn), "chats"),
      unassigned: sum(waiting, "chats"),
      all: maySeeAll(actor) ? sum(reached, "chats") : null,
    };
  };
  const teams: Record<string, ViewCounts> = {};
  for (const [teamId, groups] of Map.groupBy(counted, ({ team_id }) => team_id)) {
    const ofTeam = views(groups);
    if (teamId !== null && ofTeam.mine + ofTeam.unassigned + (ofTeam.all ?? 0) > 0) teams[teamId] = ofTeam;
  }
  return { ...views(counted), unread: sum(counted.filter(isOwn), "unread"), teams };
}

function sum(groups: CountedChats, what: "chats" | "unread"): number {
  return groups.reduce((total, group) => total + group[what], 0);
}
