import type { CallbackClient } from "./callback-client.ts";
import { joinWebhooks } from "./faults/join-webhooks.ts";
import type { Callback, DeliveryRecord } from "./records.ts";
import { webhookBytes, webhookSignature } from "./signed-body.ts";
import type { State } from "./state.ts";

/** What goes in one POST: one update, unless a fault has gathered more. All of it goes to one callback. */
export interface Parcel {
  readonly deliveries: readonly DeliveryRecord[];
  readonly attempts: number;
  readonly dueAt: number;
}

/** As many parcels as there are callbacks to bring them to. */
export function parcelsOf(state: State, deliveries: readonly DeliveryRecord[]): Parcel[] {
  const byCallback = Map.groupBy(deliveries, (delivery) => callbackOf(state, delivery)?.callbackUrl);
  return [...byCallback.values()].map((group) => ({
    deliveries: group,
    attempts: Math.max(...group.map(({ attempts }) => attempts)),
    dueAt: Math.max(...group.map(({ dueAt }) => dueAt)),
  }));
}

/** The answer's HTTP status; undefined when nobody could be reached. */
export async function postParcel(
  { state, client }: { readonly state: State; readonly client: CallbackClient },
  { deliveries }: Parcel,
  signal: AbortSignal,
): Promise<number | undefined> {
  const [first] = deliveries;
  const target = first === undefined ? undefined : callbackOf(state, first);
  if (target === undefined) return undefined;
  const bytes = webhookBytes(joinWebhooks(deliveries.map(({ body }) => body)));
  const signature = webhookSignature(state.get("app", "app").appSecret, bytes);
  try {
    return (await client.post(target.callbackUrl, bytes, { "x-hub-signature-256": signature }, signal))
      .status;
  } catch {
    return undefined;
  }
}

/** A number's own callback takes its messages; all else goes to the app's (facts.md, 1.1). */
function callbackOf(state: State, { field, phoneNumberId }: DeliveryRecord): Callback | undefined {
  const override = field === "messages" ? state.find("number", phoneNumberId)?.override : undefined;
  return override ?? state.get("app", "app").subscription;
}
