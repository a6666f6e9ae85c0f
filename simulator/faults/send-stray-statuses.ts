import { injectWebhook } from "../inject-webhook.ts";
import type { Simulation } from "../simulation.ts";
import { webhookBody } from "../webhook-bodies.ts";
import { strayValue } from "./stray-status.ts";

export interface StrayStatuses {
  readonly phoneNumberId: string;
  readonly status?: "sent" | "delivered" | "read" | "failed";
  /** 1 unless told. All in one POST. */
  readonly count?: number;
  /** As if the message had carried this. */
  readonly callbackData?: string;
  /** So much older than now. */
  readonly ageMs?: number;
}

/** Statuses of messages that nobody sent, straight to the callback: once, without retry. */
export async function sendStrayStatuses(sim: Simulation, stray: StrayStatuses): Promise<{ status: number }> {
  const { status = "delivered", count = 1, callbackData, ageMs = 0 } = stray;
  const number = sim.state.get("number", stray.phoneNumberId);
  const metadata = { display_phone_number: number.phone.slice(1), phone_number_id: number.phoneNumberId };
  const atSeconds = Math.floor((sim.now() - ageMs) / 1_000);
  const values = Array.from({ length: count }, () =>
    strayValue({ metadata, atSeconds, status, ...(callbackData === undefined ? {} : { callbackData }) }),
  );
  const changes = values.map((value) => ({ value, field: "messages" }));
  const body = { ...webhookBody(number.wabaId, "messages", {}), entry: [{ id: number.wabaId, changes }] };
  const answer = await injectWebhook(sim, body);
  return { status: answer.status };
}
