import type { FastifyInstance } from "fastify";
import { type GraphCall, graphRoute, type LEFT_OPEN, leaveOpen } from "./graph-call.ts";
import { numberByPhoneId } from "./graph-caller.ts";
import { markRead } from "./mark-read.ts";
import { sendMessage } from "./send-message.ts";
import type { Simulation } from "./simulation.ts";

/** POST /{phone}/messages: one address for sending and for read receipts. */
export function addGraphMessageRoutes(app: FastifyInstance, sim: Simulation): void {
  app.post("/:id/messages", graphRoute(sim, "send", postMessage));
}

function postMessage({ sim, caller, id, params, reply }: GraphCall): object | typeof LEFT_OPEN {
  const number = numberByPhoneId(caller, id);
  if (params.values["status"] !== undefined) return markRead(sim, number, params.values);
  const outcome = sendMessage(sim, number, params.values);
  if (outcome.kind === "silence") return leaveOpen(reply);
  if (outcome.kind === "broken") {
    void reply.code(outcome.httpStatus).type("text/html");
    return Buffer.alloc(0);
  }
  return outcome.body;
}
