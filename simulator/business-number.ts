import { randomBytes } from "node:crypto";
import { mintAccessToken, mintGraphId } from "./meta-ids.ts";
import { mintBusinessPhone, readablePhone } from "./phone-numbers.ts";
import type { AppRecord, NumberRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import type { State } from "./state.ts";
import { seedTemplates } from "./templates-seed.ts";

export interface SimulatedNumber {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
  readonly accessToken: string;
}

/** The one app of this simulator, made at its first start. */
export function ensureApp(state: State): AppRecord {
  const known = state.find("app", "app");
  if (known !== undefined) return known;
  const app = {
    appId: mintGraphId(),
    appSecret: randomBytes(16).toString("hex"),
    mediaSecret: randomBytes(32).toString("hex"),
  };
  state.put("app", "app", app);
  return app;
}

/** A number in an account of its own, with a few templates. */
export function addNumber(sim: Simulation, businessName: string): NumberRecord {
  const number: NumberRecord = {
    phoneNumberId: mintGraphId(),
    wabaId: mintGraphId(),
    businessId: mintGraphId(),
    systemUserId: mintGraphId(15),
    phone: mintBusinessPhone(),
    businessName,
    accessToken: mintAccessToken(),
    createdAt: sim.now(),
    subscribed: false,
    identityCheck: true,
  };
  sim.state.put("number", number.phoneNumberId, number);
  for (const template of seedTemplates(number.wabaId))
    sim.state.put("template", template.templateId, template);
  return number;
}

export function numberView(number: NumberRecord): SimulatedNumber {
  return {
    wabaId: number.wabaId,
    phoneNumberId: number.phoneNumberId,
    displayPhoneNumber: readablePhone(number.phone.slice(1)),
    accessToken: number.accessToken,
  };
}
