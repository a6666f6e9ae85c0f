import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import { GraphError } from "../graph-error.ts";
import type { Simulation } from "../simulation.ts";
import { bendAnswer } from "./bend-answer.ts";
import { ANSWER_KINDS, type AnswerFault } from "./fault.ts";
import type { Occasion } from "./fault-book.ts";

/**
 * Answers a call as the faults in force say. `take` does what was asked; it is not called when the fault says that it did
 * not happen. What was asked happens first and the delay comes after it, as at a Meta that is slow to answer.
 */
export async function answerCall(
  { sim, reply }: { readonly sim: Simulation; readonly reply: FastifyReply },
  occasion: Occasion,
  take: (fault: AnswerFault | undefined) => object | Promise<object>,
): Promise<FastifyReply> {
  const waits = sim.faults.takeAll(["answer_delay"], occasion);
  const fault = sim.faults.take(ANSWER_KINDS, occasion)?.fault;
  const body = isTaken(fault) ? await take(fault) : undefined;
  const waitMs = waits.reduce((sum, one) => sum + one.fault.ms + one.random.next() * one.fault.jitterMs, 0);
  if (waitMs > 0) await sleep(waitMs);
  if (fault?.kind === "refuse") {
    const { code, httpStatus, subcode } = fault;
    throw new GraphError(code, {
      ...(httpStatus === undefined ? {} : { httpStatus }),
      ...(subcode === undefined ? {} : { subcode }),
    });
  }
  return bendAnswer(reply, fault, body);
}

function isTaken(fault: AnswerFault | undefined): boolean {
  if (fault === undefined || fault.kind === "fail") return true;
  return fault.kind !== "refuse" && fault.accepted;
}
