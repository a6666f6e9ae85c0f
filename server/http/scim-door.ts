import type { FastifyReply, FastifyRequest } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { refuseForged } from "../identity/forged-row.ts";
import { recordRefusal } from "../identity/handles.ts";
import type { Directory, ScimHandles } from "../identity/scim/act-as-directory.ts";
import { recordCall } from "../identity/scim/record-call.ts";
import { requireDirectoryNetwork } from "../identity/scim/require-directory-network.ts";
import { ScimError } from "../identity/scim/scim-error.ts";
import { findScimToken } from "../identity/scim/token.ts";
import type { Logger } from "../platform/log.ts";
import { Refusal } from "../platform/refusal.ts";
import { problemOf } from "./refusal-reply.ts";
import type { RequestLimits } from "./request-limits.ts";
import { SCHEMA } from "./scim-replies.ts";

/** Requests a minute of one token. Ours: a first synchronisation of some hundred people takes a minute. */
const PER_TOKEN = 1_500;

export interface ScimDeps {
  readonly handles: ScimHandles;
  readonly limits: RequestLimits;
  readonly log: Logger;
  /** Where we are reached, without a slash at its end. */
  readonly publicUrl: string;
}

export interface ScimReply {
  readonly status: number;
  readonly body?: object;
  readonly location?: string;
  readonly etag?: string;
}

export type ScimHandler = (directory: Directory, request: FastifyRequest) => Promise<ScimReply>;

/** Counts what each token asks. */
export function limitTokens(): RateLimiterMemory {
  return new RateLimiterMemory({ points: PER_TOKEN, duration: 60 });
}

/** Limit, token, act, event, answer: what cannot be recorded is not answered. */
export async function serveScim(
  deps: ScimDeps,
  perToken: RateLimiterMemory,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, handler }: { readonly name: string; readonly handler: ScimHandler },
): Promise<FastifyReply> {
  reply.header("cache-control", "no-store");
  await deps.limits.countAddress(reply, request.ip);
  const directory = await admit(deps, request, reply);
  await countToken(perToken, directory.tokenId);
  try {
    const { status, body, location, etag } = await handler(directory, request);
    await recordCall(deps.handles, directory, { operation: name, status, outcome: "success" });
    if (location !== undefined) reply.header("location", location);
    if (etag !== undefined) reply.header("etag", etag);
    if (body === undefined) return await reply.code(status).send();
    return await reply.code(status).type("application/scim+json").send(JSON.stringify(body));
  } catch (error) {
    const { status } = scimErrorOf(error, request.id);
    await recordCall(deps.handles, directory, {
      ...{ operation: name, status },
      outcome: status >= 500 ? "failure" : "refusal",
    });
    throw error;
  }
}

/** Which directory calls. A browser has no business here: a token that one presents has leaked into a page. */
async function admit(deps: ScimDeps, request: FastifyRequest, reply: FastifyReply): Promise<Directory> {
  const { authorization, origin } = request.headers;
  const bearer = /^Bearer (\S{1,200})$/i.exec(authorization ?? "")?.[1];
  const isBrowser = origin !== undefined || request.headers["sec-fetch-site"] !== undefined;
  const { handles } = deps;
  const unknown = new Refusal("unauthenticated", "scim.token_refused");
  const found =
    bearer === undefined || isBrowser
      ? undefined
      : await refuseForged(handles, unknown, () => findScimToken(handles, bearer));
  if (found !== undefined) {
    const directory = { workspaceId: found.workspaceId, tokenId: found.token.id };
    await requireDirectoryNetwork(handles, directory, request.ip);
    return directory;
  }
  await deps.limits.countPerson(reply, { address: request.ip, personId: undefined });
  const reason = isBrowser ? "browser" : bearer === undefined ? "no_token" : "unknown_token";
  await recordRefusal(handles, request.ip, {
    kind: "identity.scim_refused",
    subject: "installation",
    reason,
  });
  throw unknown;
}

async function countToken(limiter: RateLimiterMemory, tokenId: string): Promise<void> {
  try {
    await limiter.consume(tokenId);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const retryAfterSeconds = Math.ceil(refused.msBeforeNext / 1000);
    throw new Refusal("rate_limited", "request.too_many", { retryAfterSeconds });
  }
}

/** An error as SCIM tells it. What a bug or a refusal of ours said stays with us but for its status. */
function scimErrorOf(error: unknown, requestId: string): ScimError {
  if (error instanceof ScimError) return error;
  const { status, code } = problemOf(error, requestId);
  if (error instanceof z.ZodError || status === 400 || status === 415)
    return new ScimError(400, "The request is not one of SCIM 2.0.", "invalidSyntax");
  return new ScimError(status, status >= 500 ? "Wardroom failed to do this." : `Refused: ${code}.`);
}

export function sendScimError(
  deps: ScimDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): FastifyReply {
  const { status, scimType, detail } = scimErrorOf(error, request.id);
  if (status >= 500) deps.log.error({ err: error, requestId: request.id }, "a directory's request failed");
  if (status === 401) reply.header("www-authenticate", "Bearer");
  if (error instanceof Refusal && error.retryAfterSeconds !== undefined)
    reply.header("retry-after", String(Math.ceil(error.retryAfterSeconds)));
  const body = {
    schemas: [SCHEMA.error],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  };
  return reply.code(status).type("application/scim+json").send(JSON.stringify(body));
}
