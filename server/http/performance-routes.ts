import { contract } from "../../contract/contract.ts";
import type { Figures as FiguresReply } from "../../contract/performance.ts";
import { type Figures, readPerformance } from "../inbox/performance/read-performance.ts";
import { type InboxRoom, perform } from "../inbox/room.ts";
import type { Api } from "./api.ts";

/** What a Team Lead is told of the work of their teams. */
export function registerPerformanceRoutes(api: Api, room: InboxRoom): void {
  api.route(contract.getPerformance, { access: "metrics.read" }, async ({ actor, query }) => {
    const { from, timeZone, teams } = await perform(room, actor, (act) => readPerformance(act, query.period));
    return {
      ...{ from: from.toISOString(), timeZone },
      teams: teams.map(({ team, total, unassigned, members, others }) => ({
        ...{ team, total: figuresReply(total), unassigned: figuresReply(unassigned) },
        members: members.map(({ id, name, figures }) => ({ id, name, figures: figuresReply(figures) })),
        others: others === null ? null : figuresReply(others),
      })),
    };
  });
}

function figuresReply({ waitingSince, ...figures }: Figures): FiguresReply {
  return { ...figures, waitingSince: waitingSince?.toISOString() ?? null };
}
