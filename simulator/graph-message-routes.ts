import type { FastifyInstance, FastifyReply } from "fastify";
import { answerCall } from "./faults/answer-call.ts";
import { waitForStatus } from "./faults/wait-for-status.ts";
import { type GraphCall, graphFrame } from "./graph-call.ts";
import { numberByPhoneId, targetsOf } from "./graph-caller.ts";
import { markRead } from "./mark-read.ts";
import { readOutboundMessage } from "./message-shape.ts";
import { receiptOf, resolveRecipient, takeMessage } from "./send-message.ts";
import type { Simulation } from "./simulation.ts";

/** POST /{phone}/messages: one address for sending and for read receipts. */
export function addGraphMessageRoutes(app: FastifyInstance, sim: Simulation): void {
  app.post("/:id/messages", graphFrame(sim, postMessage));
}

async function postMessage(call: GraphCall): Promise<FastifyReply> {
  const { sim, caller, id, params } = call;
  const number = numberByPhoneId(caller, id);
  const targets = targetsOf(caller);
  if (params.values["status"] !== undefined) {
    return answerCall(call, { operation: "mark_read", targets }, () => markRead(sim, number, params.values));
  }
  const message = readOutboundMessage(params.values);
  const customer = resolveRecipient(sim, number, message);
  const occasion = { operation: "send", targets: [customer.customerId, ...targets] } as const;
  return answerCall(call, occasion, async (fault) => {
    const first = sim.faults.take(["status_first"], occasion)?.fault;
    const { wamid } = takeMessage(sim, { number, customer, message, fault, isHurried: first !== undefined });
    if (first !== undefined) await waitForStatus(sim, wamid, first);
    return receiptOf(message, customer, wamid);
  });
}
