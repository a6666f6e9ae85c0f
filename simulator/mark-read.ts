import { z } from "zod";
import { GraphError } from "./graph-error.ts";
import { parse } from "./message-shape.ts";
import type { NumberRecord } from "./records.ts";
import type { Simulation } from "./simulation.ts";

const READ_RECEIPT = z.looseObject({
  messaging_product: z.literal("whatsapp"),
  status: z.literal("read"),
  message_id: z.string().min(1),
  typing_indicator: z.looseObject({ type: z.literal("text") }).optional(),
});

/** The business has read: this message and all before it get their blue ticks, and it may be typing now. */
export function markRead(sim: Simulation, number: NumberRecord, body: unknown): { success: true } {
  const receipt = parse(READ_RECEIPT, body, []);
  const message = sim.state.find("message", receipt.message_id);
  if (message?.from !== "customer" || message.phoneNumberId !== number.phoneNumberId) {
    throw new GraphError(131009, { details: "Param message_id is not a message to this number" });
  }
  for (const earlier of sim.state.listChat(message.customerId)) {
    if (earlier.from === "customer" && earlier.order <= message.order && earlier.tick !== "read") {
      sim.state.put("message", earlier.wamid, { ...earlier, tick: "read" });
    }
  }
  if (receipt.typing_indicator !== undefined) sim.presence.businessTypes(message.customerId);
  sim.feed.changed();
  return { success: true };
}
