import type { WebhookDoor } from "./webhook-plan.ts";

/** Meta's ids of the benches' number. */
export const DOOR: WebhookDoor = {
  appId: "4711471147114711",
  appSecret: "0123456789abcdef0123456789abcdef",
  wabaId: "102290129340398",
  phoneNumberId: "106540352242922",
};
