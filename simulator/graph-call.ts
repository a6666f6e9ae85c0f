import type { FastifyReply, FastifyRequest } from "fastify";
import type { Answer, Operation } from "./behaviour.ts";
import { type Caller, identifyCaller } from "./graph-caller.ts";
import { GraphError } from "./graph-error.ts";
import { type RequestParams, readParams } from "./request-params.ts";
import type { Simulation } from "./simulation.ts";

export interface GraphCall {
  readonly sim: Simulation;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly params: RequestParams;
  readonly caller: Caller;
  /** Path parameter. */
  readonly id: string;
}

/** The body of the answer, or `LEFT_OPEN` when the connection is to stay silent. */
export type GraphHandler = (
  call: GraphCall,
) => Promise<object | typeof LEFT_OPEN> | object | typeof LEFT_OPEN;

export const LEFT_OPEN = Symbol("connection left open");

/** The frame of each Graph route: parameters, caller, the plan in force, the usage header. Sending minds its plan itself. */
export function graphRoute(sim: Simulation, operation: Operation, handler: GraphHandler) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const params = await readParams(request);
    const caller = identifyCaller(sim, request, params);
    const { id = "" } = request.params as { id?: string };
    if (caller.kind === "system_user") {
      void reply.header("x-business-use-case-usage", sim.usage.count(caller.number.wabaId, sim.now()));
      const answer = planned(sim, operation, caller.number.phoneNumberId);
      if (answer.kind !== "deliver") return bend(reply, answer);
    }
    const outcome = await handler({ sim, request, reply, params, caller, id });
    if (outcome === LEFT_OPEN) return reply;
    return reply.send(outcome);
  };
}

/** Takes the connection out of the framework's hands: nothing is ever written to it. */
export function leaveOpen(reply: FastifyReply): typeof LEFT_OPEN {
  reply.hijack();
  return LEFT_OPEN;
}

function planned(sim: Simulation, operation: Operation, phoneNumberId: string): Answer {
  return operation === "send" ? { kind: "deliver" } : sim.behaviours.takeAnswer(operation, [phoneNumberId]);
}

function bend(reply: FastifyReply, answer: Answer): unknown {
  if (answer.kind === "refuse" || answer.kind === "fail") throw new GraphError(answer.code);
  if (answer.kind === "server_error") return reply.code(answer.httpStatus).type("text/html").send("");
  leaveOpen(reply);
  return reply;
}
