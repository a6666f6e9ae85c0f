const DAY_MS = 24 * 60 * 60 * 1000;

/** How many days before an end it is told. Ours: time to ask whoever runs the provider, and then the last word. */
export const ENDING_DAYS = [14, 3] as const;
export type EndingDays = (typeof ENDING_DAYS)[number];

/**
 * Which word is due about something that ends: the last that its time has come for. Undefined while there is more time,
 * and after the end. Whoever was not running at 14 days tells at 3 days only, not both at once.
 */
export function dueNotice(endsAt: Date, now: Date): EndingDays | undefined {
  const leftMs = endsAt.getTime() - now.getTime();
  if (leftMs <= 0) return undefined;
  return ENDING_DAYS.filter((days) => leftMs <= days * DAY_MS).at(-1);
}

/** How long a notice is remembered, in ms. Ours: longer than what it is about can last from then on. */
export const NOTICE_KEPT_MS = 30 * DAY_MS;
