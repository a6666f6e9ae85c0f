const DAY_MS = 24 * 60 * 60 * 1000;

/** Further than the local day of any time zone lies from that of UTC, in ms. */
const FARTHEST_MS = 16 * 60 * 60 * 1000;

/** The first moment of the local day that is `daysBack` days before that of `now`. */
export function startOfLocalDay(now: Date, timeZone: string, daysBack: number): Date {
  const dayOf = localDays(timeZone);
  const midnight = Date.parse(dayOf(now.getTime())) - daysBack * DAY_MS;
  const day = new Date(midnight).toISOString().slice(0, 10);
  // A search, because a day may begin at one o'clock, and its offset is known only once the moment is.
  let [before, at] = [midnight - FARTHEST_MS, midnight + FARTHEST_MS];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (dayOf(middle) < day) before = middle;
    else at = middle;
  }
  return new Date(at);
}

/** "2026-11-23" of a moment, as a calendar on that wall shows it. */
function localDays(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("en-CA", {
    ...{ timeZone, calendar: "gregory", numberingSystem: "latn" },
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
  };
}
