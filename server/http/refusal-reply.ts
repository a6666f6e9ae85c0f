import { STATUS_CODES } from "node:http";
import type { FastifyReply } from "fastify";
import { ZodError } from "zod";
import type { Problem } from "../../contract/problem.ts";
import { isUnavailable } from "../platform/database-errors.ts";
import { Refusal, type RefusalKind } from "../platform/refusal.ts";

const STATUS: Record<RefusalKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  held: 423,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
};

/** What a request that broke off at the edge is told, by Fastify's or Node's own code. */
const EDGE: Readonly<Record<string, { status: number; code: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: "request.too_large" },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: "request.media_type" },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: "request.not_json" },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: "request.not_json" },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, code: "request.content_length" },
};

/** Turns what a handler threw into Problem Details (RFC 9457). A bug tells the caller nothing but a request id. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Refusal) {
    const retryAfter =
      error.retryAfterSeconds === undefined ? {} : { retryAfter: Math.ceil(error.retryAfterSeconds) };
    return { ...problem(STATUS[error.kind], error.code, requestId), ...retryAfter };
  }
  if (error instanceof ZodError) {
    const faults = error.issues
      .slice(0, 20)
      .map((issue) => ({ pointer: `/${issue.path.join("/")}`, code: issue.code }));
    return { ...problem(422, "request.invalid", requestId), faults };
  }
  const edge = EDGE[errorCode(error)];
  if (edge !== undefined) return problem(edge.status, edge.code, requestId);
  if (isUnavailable(error)) return { ...problem(503, "database.unavailable", requestId), retryAfter: 5 };
  return problem(500, "internal", requestId);
}

function problem(status: number, code: string, requestId: string): Problem {
  return {
    type: `urn:wardroom:error:${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    code,
    requestId,
  };
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header("retry-after", String(problem.retryAfter));
  return reply.code(problem.status).type("application/problem+json").send(problem);
}
