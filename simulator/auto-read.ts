import type { Simulation } from "./simulation.ts";

/** Whether what is delivered is read by itself: for one customer, or for all of a number. */
export function setAutoRead(sim: Simulation, targetId: string, autoRead: boolean): void {
  for (const customer of sim.state.list("customer")) {
    if (customer.customerId !== targetId && customer.phoneNumberId !== targetId) continue;
    sim.state.put("customer", customer.customerId, { ...customer, autoRead });
    if (autoRead) sim.statuses.readChat(customer.customerId);
  }
}
