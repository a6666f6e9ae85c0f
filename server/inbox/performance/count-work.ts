import { type RawBuilder, sql } from "kysely";
import type { Act } from "../room.ts";

/** Work of one team by one member, or of a whole team: then `whole` is true. A null team is no team. */
interface Group {
  readonly team_id: string | null;
  readonly member_id: string | null;
}

export interface OpenChats extends Group {
  readonly open: number;
  readonly waiting: number;
  readonly waiting_since: Date | null;
}

export interface Deeds extends Group {
  readonly deeds: number;
}

export interface FirstAnswers extends Group {
  /** The sum over all members of the team, whoever they are. */
  readonly whole: boolean;
  readonly answered: number;
  readonly median_s: number;
  readonly p90_s: number;
}

export interface Work {
  readonly open: readonly OpenChats[];
  readonly taken: readonly Deeds[];
  readonly closed: readonly Deeds[];
  readonly sent: readonly Deeds[];
  readonly answers: readonly FirstAnswers[];
}

/**
 * Counts by team and member, of the conversations `c` that `which` picks: what is open now, and what was done since
 * `from`. Nothing sealed is opened. A chat counts for the team that has it now, with all that was done in it.
 */
export async function countWork(
  { tx, actor: { workspaceId } }: Pick<Act, "tx" | "actor">,
  { which, from }: { readonly which: RawBuilder<unknown>; readonly from: Date },
): Promise<Work> {
  const chats = sql`inbox_conversation c where c.workspace_id = ${workspaceId} and ${which}`;
  const ofChats = (table: string) => sql`
    from ${sql.table(table)} x
    join (select c.id, c.team_id from ${chats}) c on c.id = x.conversation_id
    where x.workspace_id = ${workspaceId}`;
  const [open, taken, closed, sent, answers] = await Promise.all([
    sql<OpenChats>`
      select c.team_id, c.assignee_id as member_id, count(*)::int as open, count(c.waiting_since)::int as waiting,
        min(c.waiting_since) as waiting_since
      from ${chats} and c.state = 'open' group by c.team_id, c.assignee_id`.execute(tx),
    sql<Deeds>`
      select c.team_id, x.member_id, count(*)::int as deeds ${ofChats("inbox_taking")}
        and x.taken_at >= ${from} group by c.team_id, x.member_id`.execute(tx),
    sql<Deeds>`
      select c.team_id, x.closed_by as member_id, count(*)::int as deeds ${ofChats("inbox_episode")}
        and x.closed_at >= ${from} group by c.team_id, x.closed_by`.execute(tx),
    sql<Deeds>`
      select c.team_id, x.author_id as member_id, count(*)::int as deeds ${ofChats("inbox_message")}
        and x.recorded_at >= ${from} and x.author_id is not null and x.kind <> 'reaction'
      group by c.team_id, x.author_id`.execute(tx),
    sql<FirstAnswers>`
      select team_id, member_id, grouping(member_id) = 1 as whole, count(*)::int as answered,
        round(percentile_cont(0.5) within group (order by waited))::int as median_s,
        round(percentile_cont(0.9) within group (order by waited))::int as p90_s
      from (select c.team_id, x.answered_by as member_id,
          extract(epoch from x.answered_at - x.answered_from)::double precision as waited
        ${ofChats("inbox_episode")} and x.answered_at >= ${from}) answer
      group by grouping sets ((team_id), (team_id, member_id))`.execute(tx),
  ]);
  return { open: open.rows, taken: taken.rows, closed: closed.rows, sent: sent.rows, answers: answers.rows };
}
