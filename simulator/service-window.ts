import type { MessageRecord } from "./records.ts";

/** Opened by the customer's message, per person and number (facts.md, 2.2). */
const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1_000;

export function isServiceWindowOpen(chat: readonly MessageRecord[], now: number): boolean {
  const last = chat.findLast((message) => message.from === "customer");
  return last !== undefined && now - last.at < SERVICE_WINDOW_MS;
}
