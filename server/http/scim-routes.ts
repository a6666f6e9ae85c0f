import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { refuseForged } from "../identity/forged-row.ts";
import { recordRefusal } from "../identity/handles.ts";
import type { Directory, ScimHandles } from "../identity/scim/act-as-directory.ts";
import { parseFilter } from "../identity/scim/filter.ts";
import {
  changeGroup,
  createGroup,
  deleteGroup,
  findGroups,
  getGroup,
  patchGroup,
  readGroup,
} from "../identity/scim/groups.ts";
import { patchUser, readOperations, readUser } from "../identity/scim/read-user.ts";
import { recordCall } from "../identity/scim/record-call.ts";
import { requireDirectoryNetwork } from "../identity/scim/require-directory-network.ts";
import { ScimError } from "../identity/scim/scim-error.ts";
import { findScimToken } from "../identity/scim/token.ts";
import { changeUser, createUser, deleteUser, findUsers, getUser } from "../identity/scim/users.ts";
import type { Logger } from "../platform/log.ts";
import { Refusal } from "../platform/refusal.ts";
import { problemOf } from "./refusal-reply.ts";
import type { RequestLimits } from "./request-limits.ts";
import {
  configReply,
  groupReply,
  listReply,
  resourceTypes,
  SCHEMA,
  schemas,
  userReply,
} from "./scim-replies.ts";

/** Requests a minute of one token. Ours: a first synchronisation of some hundred people takes a minute. */
const PER_TOKEN = 1_500;

/** Resources on one page at the most, and unless asked for fewer. Ours. */
const PAGE = 100;

export interface ScimDeps {
  readonly handles: ScimHandles;
  readonly limits: RequestLimits;
  readonly log: Logger;
  /** Where we are reached, without a slash at its end. */
  readonly publicUrl: string;
}

interface ScimReply {
  readonly status: number;
  readonly body?: object;
  readonly location?: string;
}

type Handler = (directory: Directory, request: FastifyRequest) => Promise<ScimReply>;

/** The company directory's door: SCIM 2.0 (RFC 7643, RFC 7644), a bearer token of one workspace, every call recorded. */
export async function registerScimRoutes(app: FastifyInstance, deps: ScimDeps): Promise<void> {
  const perToken = new RateLimiterMemory({ points: PER_TOKEN, duration: 60 });
  await app.register(
    (scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      const parseJson = scope.getDefaultJsonParser("error", "error");
      scope.addContentTypeParser(
        ["application/scim+json", "application/json"],
        { parseAs: "string" },
        // Some send the type with a DELETE, too, which has no body.
        (request, text, parsed) =>
          text === "" ? parsed(null, undefined) : parseJson(request, String(text), parsed),
      );
      scope.setErrorHandler((error, request, reply) => sendError(deps, request, reply, error));
      const route = (method: HTTPMethods, path: string, handler: Handler) =>
        scope.route({
          ...{ method, url: path },
          handler: (request, reply) =>
            serve(deps, perToken, request, reply, { name: `${method} ${path}`, handler }),
        });
      registerDiscovery(route, `${deps.publicUrl}${BASE}`);
      registerUsers(route, deps);
      registerGroups(route, deps);
      done();
    },
    { prefix: BASE },
  );
}

const BASE = "/scim/v2";

type Register = (method: HTTPMethods, path: string, handler: Handler) => void;

function registerDiscovery(route: Register, base: string): void {
  const show = (path: string, body: object) => route("GET", path, async () => ({ status: 200, body }));
  const [types, all] = [resourceTypes(base), schemas(base)];
  show("/ServiceProviderConfig", configReply(base));
  show("/ResourceTypes", listReply(types, types.length, 1));
  show("/Schemas", listReply(all, all.length, 1));
}

function registerUsers(route: Register, { handles, publicUrl }: ScimDeps): void {
  const base = publicUrl + BASE;
  route("GET", "/Users", async (directory, request) => {
    const { terms, offset, limit } = readQuery(request, ["username", "externalid", "id", "active"]);
    const { total, users } = await findUsers(handles, directory, { terms, offset, limit });
    return {
      status: 200,
      body: listReply(
        users.map((user) => userReply(base, user)),
        total,
        offset + 1,
      ),
    };
  });
  route("POST", "/Users", async (directory, { body }) => {
    const user = await createUser(handles, directory, readUser(body));
    return { status: 201, body: userReply(base, user), location: `${base}/Users/${user.id}` };
  });
  route("GET", "/Users/:id", async (directory, request) => ({
    status: 200,
    body: userReply(base, await getUser(handles, directory, idOf(request))),
  }));
  route("PUT", "/Users/:id", async (directory, request) => {
    const given = readUser(request.body);
    return {
      status: 200,
      body: userReply(base, await changeUser(handles, directory, idOf(request), () => given)),
    };
  });
  route("PATCH", "/Users/:id", async (directory, request) => {
    const patch = readOperations(request.body);
    const change = (before: Parameters<typeof patchUser>[0]) => patchUser(before, patch);
    return {
      status: 200,
      body: userReply(base, await changeUser(handles, directory, idOf(request), change)),
    };
  });
  route("DELETE", "/Users/:id", async (directory, request) => {
    await deleteUser(handles, directory, idOf(request));
    return { status: 204 };
  });
}

function registerGroups(route: Register, { handles, publicUrl }: ScimDeps): void {
  const base = publicUrl + BASE;
  route("GET", "/Groups", async (directory, request) => {
    const { terms, offset, limit, members } = readQuery(request, ["displayname", "externalid", "id"]);
    const { total, groups } = await findGroups(handles, directory, { terms, offset, limit });
    return {
      status: 200,
      body: listReply(
        groups.map((group) => groupReply(base, group, members)),
        total,
        offset + 1,
      ),
    };
  });
  route("POST", "/Groups", async (directory, { body }) => {
    const group = await createGroup(handles, directory, readGroup(body));
    return { status: 201, body: groupReply(base, group, "members"), location: `${base}/Groups/${group.id}` };
  });
  route("GET", "/Groups/:id", async (directory, request) => {
    const { members } = readQuery(request, []);
    return {
      status: 200,
      body: groupReply(base, await getGroup(handles, directory, idOf(request)), members),
    };
  });
  route("PUT", "/Groups/:id", async (directory, request) => {
    const given = readGroup(request.body);
    const group = await changeGroup(handles, directory, idOf(request), () => given);
    return { status: 200, body: groupReply(base, group, "members") };
  });
  route("PATCH", "/Groups/:id", async (directory, request) => {
    const patch = readOperations(request.body);
    const group = await changeGroup(handles, directory, idOf(request), (before) => patchGroup(before, patch));
    return { status: 200, body: groupReply(base, group, "members") };
  });
  route("DELETE", "/Groups/:id", async (directory, request) => {
    await deleteGroup(handles, directory, idOf(request));
    return { status: 204 };
  });
}

/** Limit, token, act, event, answer: what cannot be recorded is not answered. */
async function serve(
  deps: ScimDeps,
  perToken: RateLimiterMemory,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, handler }: { readonly name: string; readonly handler: Handler },
): Promise<FastifyReply> {
  reply.header("cache-control", "no-store");
  await deps.limits.countAddress(reply, request.ip);
  const directory = await admit(deps, request, reply);
  await countToken(perToken, directory.tokenId);
  try {
    const { status, body, location } = await handler(directory, request);
    await recordCall(deps.handles, directory, { operation: name, status, outcome: "success" });
    if (location !== undefined) reply.header("location", location);
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

function idOf(request: FastifyRequest): string {
  return z
    .object({ id: z.string().max(64) })
    .parse(request.params)
    .id.toLowerCase();
}

const listQuery = z.object({
  filter: z.string().max(1_000).optional(),
  startIndex: z.coerce.number().int().catch(1).default(1),
  count: z.coerce.number().int().catch(PAGE).default(PAGE),
  excludedAttributes: z.string().max(200).optional(),
});

function readQuery(request: FastifyRequest, attributes: readonly string[]) {
  const { filter, startIndex, count, excludedAttributes } = listQuery.parse(request.query);
  const excluded = (excludedAttributes ?? "").toLowerCase().split(",");
  return {
    terms: filter === undefined ? [] : parseFilter(filter, attributes),
    offset: Math.min(Math.max(startIndex, 1), 1_000_000) - 1,
    limit: Math.min(Math.max(count, 0), PAGE),
    members: excluded.includes("members") ? ("none" as const) : ("members" as const),
  };
}

/** An error as SCIM tells it. What a bug or a refusal of ours said stays with us but for its status. */
function scimErrorOf(error: unknown, requestId: string): ScimError {
  if (error instanceof ScimError) return error;
  const { status, code } = problemOf(error, requestId);
  if (error instanceof z.ZodError || status === 400 || status === 415)
    return new ScimError(400, "The request is not one of SCIM 2.0.", "invalidSyntax");
  return new ScimError(status, status >= 500 ? "Wardroom failed to do this." : `Refused: ${code}.`);
}

function sendError(
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
