import { plainText } from "./phone-message-view.ts";
import { readablePhone } from "./phone-numbers.ts";
import type { CustomerRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";

/** The page around the phone: the business, the customers with the newest chat first, and the log. */
export function phoneOverview(sim: Simulation, phoneNumberId: string): object {
  const number = sim.state.get("number", phoneNumberId);
  const customers = sim.state.list("customer").filter((customer) => customer.phoneNumberId === phoneNumberId);
  return {
    simulator: true,
    business: { name: number.businessName, phone: readablePhone(number.phone.slice(1)) },
    connected: number.subscribed && sim.state.get("app", "app").subscription !== undefined,
    customers: customers
      .map((customer) => customerLine(sim, customer))
      .toSorted((a, b) => b.lastAt - a.lastAt),
    log: sim.webhookLog.list(phoneNumberId).slice(0, 50),
    delays: sim.delays,
  };
}

function customerLine(sim: Simulation, customer: CustomerRecord) {
  const chat = sim.state.listChat(customer.customerId).filter((message) => message.type !== "reaction");
  const last = chat.at(-1);
  return {
    customerId: customer.customerId,
    name: customer.name,
    ...(customer.businessScopedOnly
      ? { businessScopedId: customer.userId }
      : { phone: readablePhone(customer.waId ?? "") }),
    lastAt: last?.at ?? customer.createdAt,
    ...(last === undefined
      ? {}
      : { lastText: plainText(last).slice(0, 120), lastType: last.type, lastFrom: last.from }),
    unread: chat.filter(isUnread).length,
    typing: sim.presence.isBusinessTyping(customer.customerId),
  };
}

function isUnread(message: { from: string; tick: string }): boolean {
  return message.from === "business" && message.tick === "delivered";
}
