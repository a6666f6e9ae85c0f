import { saveCustomer } from "./customer.ts";
import { mintIdentityHash, mintUserId, mintWamid } from "./meta-ids.ts";
import { countryOf, waIdFrom } from "./phone-numbers.ts";
import type { CustomerRecord, NumberRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";
import { systemValue, webhookBody } from "./webhook-bodies.ts";

/** A new device or a re-installed app: the next webhook carries another identity hash, and sends with the old one fail (137000). */
export function changeIdentity(sim: Simulation, customerId: string): void {
  const customer = sim.state.get("customer", customerId);
  saveCustomer(sim, { ...customer, identityHash: mintIdentityHash() });
}

/** The person takes another number: id and identity change with it, and the business is told by a system message. */
export function changeNumber(sim: Simulation, customerId: string, phone: string): void {
  const customer = sim.state.get("customer", customerId);
  const number = sim.state.get("number", customer.phoneNumberId);
  const waId = waIdFrom(phone, number.phone);
  if (waId === undefined || customer.waId === undefined)
    throw new Error("simulator: both numbers are needed");
  const moved: CustomerRecord = {
    ...customer,
    waId,
    userId: mintUserId(countryOf(waId)),
    identityHash: mintIdentityHash(),
  };
  saveCustomer(sim, moved);
  announce(sim, number, moved, {
    from: customer.waId,
    type: "user_changed_number",
    system: {
      body: `User ${customer.name} changed from ${customer.waId} to ${waId}`,
      wa_id: waId,
      user_id: moved.userId,
      previous_user_id: customer.userId,
      type: "user_changed_number",
    },
  });
}

function announce(
  sim: Simulation,
  number: NumberRecord,
  customer: CustomerRecord,
  change: { from: string; type: string; system: object },
): void {
  const value = systemValue(number, {
    from: change.from,
    id: mintWamid(change.from, "customer"),
    timestamp: String(Math.floor(sim.now() / 1_000)),
    type: "system",
    system: change.system,
  });
  sim.delivery.enqueue({
    number,
    orderKey: customer.customerId,
    field: "messages",
    label: "messages · system",
    body: webhookBody(number.wabaId, "messages", value),
  });
}
