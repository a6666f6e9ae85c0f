import { ageWebhook } from "./faults/age-webhook.ts";
import { webhookBytes, webhookSignature } from "./signed-body.ts";
import type { Simulation } from "./simulation.ts";

export interface InjectOptions {
  /** True signs with the app's secret (the default), false sends no signature, a string is sent as the signature. */
  readonly sign?: boolean | string;
  /** Sent instead of the body; signed as it is. */
  readonly raw?: Buffer;
  /** All times inside are so much earlier. */
  readonly ageMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Any webhook, straight to the registered callback: once, no queue, no retry. */
export async function injectWebhook(
  sim: Simulation,
  body: object,
  options: InjectOptions = {},
): Promise<{ status: number; body: string }> {
  const { appSecret, subscription } = sim.state.get("app", "app");
  if (subscription === undefined) throw new Error("simulator: no callback is registered");
  const bytes = options.raw ?? webhookBytes(ageWebhook(body as Record<string, unknown>, options.ageMs ?? 0));
  const sign = options.sign ?? true;
  const signature = sign === true ? webhookSignature(appSecret, bytes) : sign;
  return sim.client.post(subscription.callbackUrl, bytes, {
    ...(signature === false ? {} : { "x-hub-signature-256": signature }),
    ...options.headers,
  });
}
