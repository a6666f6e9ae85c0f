/**
 * How long after a customer's last message or call we may answer in free form, in ms.
 *
 * Source: Meta, "Service messages – Customer service windows", as of 2026-05-21:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1000;

/**
 * How early we treat the window as closed, in ms. Ours, not Meta's: a reply written in the last minute would
 * otherwise be refused while it is in flight.
 */
const CLOSING_MARGIN_MS = 60 * 1000;

export type ServiceWindow =
  | { readonly open: true; readonly closesAt: Date }
  | { readonly open: false; readonly reason: "never_contacted" | "expired" };

/**
 * Whether a free-form reply may be sent at `now`; otherwise only a template may. Per contact and number.
 *
 * `lastInboundAt` is Meta's time. Where it lies ahead of our clock it counts as now: a wrong clock opens no window
 * that is longer than Meta's.
 */
export function serviceWindow(lastInboundAt: Date | null, now: Date): ServiceWindow {
  if (lastInboundAt === null) return { open: false, reason: "never_contacted" };

  const openedAt = Math.min(lastInboundAt.getTime(), now.getTime());
  const closesAt = new Date(openedAt + SERVICE_WINDOW_MS - CLOSING_MARGIN_MS);
  return now < closesAt ? { open: true, closesAt } : { open: false, reason: "expired" };
}
