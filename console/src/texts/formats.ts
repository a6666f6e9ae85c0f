import type { Language } from "../../../contract/basics.ts";
import { LOCALE, type Translate } from "./translate.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Times, dates and amounts as a language writes them, in one time zone. Instants are ISO texts. */
export interface Formats {
  readonly language: Language;
  readonly timeZone: string;
  /** "10:42" */
  time(instant: string): string;
  /** "Today", "Yesterday", "Monday", "14 October", "14 October 2025" */
  day(instant: string, now: number): string;
  /** The short form for lists: "10:42" today, else "Yesterday", "Mon", "14 Oct", "14 Oct 2025". */
  moment(instant: string, now: number): string;
  /** "14 Oct 2026" */
  date(instant: string): string;
  /** "14 Oct 2026, 10:42" */
  dateTime(instant: string): string;
  /** "a moment ago", "12 min ago", "4 h ago", "3 days ago" */
  ago(instant: string, now: number): string;
  /** A length in ms: "under a minute", "12 min", "1 h 20", "3 days". */
  duration(ms: number): string;
  number(value: number): string;
  /** Whether two instants fall on one day here. */
  isSameDay(a: string, b: string): boolean;
  /** "640 kB", "1.2 MB" */
  bytes(size: number): string;
}

export function formatsOf(language: Language, timeZone: string, t: Translate): Formats {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(LOCALE[language], { timeZone, ...options });
    return (instant: string | number) => formatter.format(new Date(instant));
  };
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const shortDate = format({ day: "numeric", month: "short" });
  const longDate = format({ day: "numeric", month: "long" });
  const yearDate = format({ day: "numeric", month: "short", year: "numeric" });
  const longYearDate = format({ day: "numeric", month: "long", year: "numeric" });
  const shortWeekday = format({ weekday: "short" });
  const weekday = format({ weekday: "long" });
  const dayNumber = dayNumberIn(timeZone);
  const numbers = new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: 1 });
  const year = format({ year: "numeric" });

  const isThisYear = (instant: string, now: number) => year(instant) === year(now);
  const age = (instant: string, now: number) => dayNumber(now) - dayNumber(instant);
  const duration = durationIn(t);
  return {
    language,
    timeZone,
    time,
    day(instant, now) {
      const days = age(instant, now);
      if (days === 0) return t("time.today");
      if (days === 1) return t("time.yesterday");
      if (days > 1 && days < 7) return weekday(instant);
      return isThisYear(instant, now) ? longDate(instant) : longYearDate(instant);
    },
    moment(instant, now) {
      const days = age(instant, now);
      if (days === 0) return time(instant);
      if (days === 1) return t("time.yesterday");
      if (days > 1 && days < 7) return shortWeekday(instant);
      return isThisYear(instant, now) ? shortDate(instant) : yearDate(instant);
    },
    date: yearDate,
    dateTime: (instant) => t("time.dateTime", { date: yearDate(instant), time: time(instant) }),
    ago(instant, now) {
      const passed = now - Date.parse(instant);
      return passed < MINUTE_MS ? t("time.momentAgo") : t("time.ago", { duration: duration(passed) });
    },
    duration,
    number: (value) => numbers.format(value),
    isSameDay: (a, b) => dayNumber(a) === dayNumber(b),
    bytes(size) {
      if (size < 1000) return t("size.bytes", { count: size });
      if (size < 1_000_000) return t("size.kilobytes", { size: numbers.format(Math.round(size / 1000)) });
      return t("size.megabytes", { size: numbers.format(size / 1_000_000) });
    },
  };
}

function durationIn(t: Translate): (ms: number) => string {
  return (ms) => {
    if (ms < MINUTE_MS) return t("time.underMinute");
    if (ms < HOUR_MS) return t("time.minutes", { minutes: Math.floor(ms / MINUTE_MS) });
    if (ms >= 2 * DAY_MS) return t("time.days", { count: Math.floor(ms / DAY_MS) });
    const hours = Math.floor(ms / HOUR_MS);
    const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
    if (minutes === 0) return t("time.hours", { hours });
    return t("time.hoursMinutes", { hours, minutes: String(minutes).padStart(2, "0") });
  };
}

/** Days since 1970 on the calendar of a time zone. */
function dayNumberIn(timeZone: string): (instant: string | number) => number {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return (instant) => Date.parse(parts.format(new Date(instant))) / DAY_MS;
}
