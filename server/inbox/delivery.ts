import { reasonFor } from "../whatsapp/outbound/error-table.ts";
import type { SendState } from "./tables.ts";
import type { Delivery, FailureView } from "./views.ts";

export interface DeliveryColumns {
  readonly send_state: SendState | null;
  readonly sent_at: Date | null;
  readonly delivered_at: Date | null;
  readonly read_at: Date | null;
  readonly played_at: Date | null;
  readonly failed_at: Date | null;
  readonly failure_code: number | null;
}

/** How far a message has come. What failed stays failed, whatever else was reported of it. */
export function deliveryOf(row: DeliveryColumns): Delivery | null {
  if (row.failed_at !== null) return "failed";
  if (row.read_at !== null || row.played_at !== null) return "read";
  if (row.delivered_at !== null) return "delivered";
  return row.sent_at !== null ? "sent" : null;
}

/** Why it did not go or arrive; null while it is well. */
export function failureOf(row: DeliveryColumns): FailureView | null {
  if (row.failed_at === null && row.send_state !== "failed") return null;
  const code = row.failure_code;
  return { code, reason: code === null ? "not_sent" : reasonFor(code) };
}
