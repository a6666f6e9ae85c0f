/** Meta counts management calls per app and account in a sliding hour; 5,000 once a number is registered (facts.md, 2.3). */
const CALLS_PER_HOUR = 5_000;
const HOUR_MS = 60 * 60 * 1_000;

/** Feeds the header X-Business-Use-Case-Usage. Counts only; it refuses nothing (a plan does that). */
export class UsageCounter {
  readonly #windows = new Map<string, { startedAt: number; calls: number }>();

  count(wabaId: string, now: number): string {
    const window = this.#windows.get(wabaId);
    const current =
      window !== undefined && now - window.startedAt < HOUR_MS ? window : { startedAt: now, calls: 0 };
    current.calls += 1;
    this.#windows.set(wabaId, current);
    const percent = Math.min(100, Math.floor((current.calls * 100) / CALLS_PER_HOUR));
    return JSON.stringify({
      [wabaId]: [
        {
          type: "whatsapp",
          call_count: percent,
          total_cputime: percent,
          total_time: percent,
          estimated_time_to_regain_access: 0,
        },
      ],
    });
  }
}
