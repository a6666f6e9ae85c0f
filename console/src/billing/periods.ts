/** Both days included, in UTC: Meta's figures are in UTC days. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export const PERIODS = ["thisMonth", "lastMonth", "days90"] as const;
export type PeriodName = (typeof PERIODS)[number];

const DAY_MS = 24 * 60 * 60 * 1000;

export function periodOf(name: PeriodName, now: Date): Period {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  if (name === "thisMonth") return { from: dayOf(Date.UTC(year, month, 1)), to: dayOf(now.getTime()) };
  if (name === "lastMonth")
    return { from: dayOf(Date.UTC(year, month - 1, 1)), to: dayOf(Date.UTC(year, month, 0)) };
  return { from: dayOf(now.getTime() - 89 * DAY_MS), to: dayOf(now.getTime()) };
}

/** Every day of a period, in order. */
export function daysOf({ from, to }: Period): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) days.push(dayOf(at));
  return days;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
