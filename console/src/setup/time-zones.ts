export interface TimeZoneChoice {
  readonly value: string;
  /** "Asia/Riyadh (GMT+3)" */
  readonly label: string;
}

/** All time zones that the browser knows, with today's distance from Greenwich. */
export function listTimeZones(now: number): TimeZoneChoice[] {
  return Intl.supportedValuesOf("timeZone").map((zone) => ({
    value: zone,
    label: `${zone.replaceAll("_", " ")} (${offsetOf(zone, now)})`,
  }));
}

/** The browser's own, where the list has it. */
export function guessTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function offsetOf(zone: string, now: number): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "shortOffset" });
  return parts.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
}
