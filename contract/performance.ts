import { z } from "zod";
import { id, instant } from "./basics.ts";
import type { Route } from "./route.ts";

/** Counted now, and in the period. */
export const figures = z.object({
  /** Open chats. */
  open: z.int(),
  /** Those of them whose customer waits for an answer. */
  waiting: z.int(),
  /** Since when the one who waits longest does. */
  waitingSince: instant.nullable(),
  /** In the period: chats taken, given or begun; chats closed; messages written, reactions left out. */
  taken: z.int(),
  closed: z.int(),
  sent: z.int(),
  /** Chats that got their first answer in the period, and how long their customers had waited for it. */
  answered: z.int(),
  firstAnswer: z.object({ medianSeconds: z.int(), p90Seconds: z.int() }).nullable(),
});
export type Figures = z.output<typeof figures>;

export const teamFigures = z.object({
  /** Null: chats of no team. */
  team: z.object({ id, name: z.string() }).nullable(),
  /** Everything that is and was done in chats that are the team's now. */
  total: figures,
  /** Open chats that nobody has taken. */
  unassigned: figures.pick({ open: true, waiting: true, waitingSince: true }),
  members: z.array(z.object({ id, name: z.string(), figures })),
  /** The rest of the total: by people who are not listed. Null where there is none. */
  others: figures.nullable(),
});
export type TeamFigures = z.output<typeof teamFigures>;

export const performancePeriod = z.enum(["today", "days7", "days28"]);
export type PerformancePeriod = z.output<typeof performancePeriod>;

export const performance = z.object({
  /** The first moment of the period: days begin when they do in the workspace's time zone. */
  from: instant,
  timeZone: z.string(),
  /** A Team Lead's own; of Admins and Owners all. */
  teams: z.array(teamFigures),
});
export type Performance = z.output<typeof performance>;

export const performanceRoutes = {
  getPerformance: {
    method: "GET",
    path: "/performance",
    summary:
      "How teams and their members are doing: open and waiting chats, work done, time to the first answer",
    query: z.object({ period: performancePeriod.default("today") }),
    ok: performance,
  },
} as const satisfies Record<string, Route>;
