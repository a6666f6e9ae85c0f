import type { FastifyReply, FastifyRequest } from "fastify";
import { answerCall } from "./faults/answer-call.ts";
import { type Caller, identifyCaller, targetsOf } from "./graph-caller.ts";
import { operationOf } from "./graph-operation.ts";
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

/** The body of the answer. */
export type GraphHandler = (call: GraphCall) => Promise<object> | object;

/** The frame of each Graph route: parameters, caller, the usage header; `answer` does the rest. */
export function graphFrame(sim: Simulation, answer: (call: GraphCall) => Promise<FastifyReply>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const params = await readParams(request);
    const caller = identifyCaller(sim, request, params);
    const { id = "" } = request.params as { id?: string };
    if (caller.kind === "system_user") {
      void reply.header("x-business-use-case-usage", sim.usage.count(caller.number.wabaId, sim.now()));
    }
    return answer({ sim, request, reply, params, caller, id });
  };
}

/** A route whose answers bend as the faults of the caller's number say. Sending, which knows the customer, minds them itself. */
export function graphRoute(sim: Simulation, handler: GraphHandler) {
  return graphFrame(sim, (call) => {
    const occasion = { operation: operationOf(sim.state, call.request), targets: targetsOf(call.caller) };
    return answerCall(call, occasion, () => handler(call));
  });
}
