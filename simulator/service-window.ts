/** Opened by the customer's message, per person and number (facts.md, 2.2). */
const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1_000;

export function isServiceWindowOpen(lastInboundAt: number | undefined, now: number): boolean {
  return lastInboundAt !== undefined && now - lastInboundAt < SERVICE_WINDOW_MS;
}
