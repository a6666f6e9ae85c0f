import type { FastifyReply, FastifyRequest } from "fastify";
import { callerFromHeaders, targetsOf } from "../graph-caller.ts";
import { operationOf } from "../graph-operation.ts";
import type { Simulation } from "../simulation.ts";
import { endConnection } from "./end-connection.ts";

/**
 * Ends a connection while its request arrives: after the headers, or after the first piece of the body. True when it did;
 * nothing may then be read or answered. A body that came in one piece with its headers is cut after that piece.
 */
export function cutRequest(sim: Simulation, request: FastifyRequest, reply: FastifyReply): boolean {
  if (!sim.faults.isArmed("cut_request")) return false;
  const strike = sim.faults.take(["cut_request"], {
    operation: operationOf(sim.state, request),
    targets: targetsOf(callerFromHeaders(sim, request)),
  });
  if (strike === undefined) return false;
  const { stage, how } = strike.fault;
  const { raw } = request;
  reply.hijack();
  if (stage === "before_body") endConnection(raw.socket, how);
  else {
    raw.once("data", () => {
      raw.pause();
      endConnection(raw.socket, how);
    });
    raw.once("end", () => endConnection(raw.socket, how));
  }
  return true;
}
