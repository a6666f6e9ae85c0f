import { randomUUID } from "node:crypto";
import { mintIdentityHash, mintUserId } from "./meta-ids.ts";
import { countryOf, waIdFrom } from "./phone-numbers.ts";
import type { CustomerRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";

export interface NewCustomer {
  readonly phoneNumberId: string;
  readonly name: string;
  readonly phone?: string;
  /** The business learns only the business-scoped id: no phone in webhooks, none in answers. */
  readonly businessScopedOnly?: boolean;
  readonly username?: string;
  readonly autoRead?: boolean;
}

/** A person who may write to this number. The same phone twice is the same person. */
export function addCustomer(sim: Simulation, input: NewCustomer): CustomerRecord {
  const number = sim.state.get("number", input.phoneNumberId);
  const waId = input.phone === undefined ? undefined : waIdFrom(input.phone, number.phone);
  if (waId === undefined && input.businessScopedOnly !== true) {
    throw new Error("simulator: a customer needs a phone number, or a business-scoped id only");
  }
  const known = waId === undefined ? undefined : sim.state.findCustomerByAddress(number.phoneNumberId, waId);
  if (known !== undefined) return known;
  const customer: CustomerRecord = {
    customerId: randomUUID(),
    phoneNumberId: number.phoneNumberId,
    name: input.name,
    businessScopedOnly: input.businessScopedOnly ?? false,
    userId: mintUserId(countryOf(waId)),
    identityHash: mintIdentityHash(),
    autoRead: input.autoRead ?? false,
    createdAt: sim.now(),
    ...(waId === undefined ? {} : { waId }),
    ...(input.username === undefined ? {} : { username: input.username }),
  };
  saveCustomer(sim, customer);
  return customer;
}

export function saveCustomer(sim: Simulation, customer: CustomerRecord): void {
  sim.state.put("customer", customer.customerId, customer);
  sim.feed.changed();
}
