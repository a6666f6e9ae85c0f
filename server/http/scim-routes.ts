import type { FastifyInstance, FastifyRequest, HTTPMethods } from "fastify";
import { z } from "zod";
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
import { entityTag, isExpected, readExpected } from "../identity/scim/precondition.ts";
import { patchUser, readOperations, readUser } from "../identity/scim/read-user.ts";
import {
  changeUser,
  createUser,
  deleteUser,
  findUsers,
  getUser,
  type Target,
} from "../identity/scim/users.ts";
import {
  limitTokens,
  type ScimDeps,
  type ScimHandler,
  type ScimReply,
  sendScimError,
  serveScim,
} from "./scim-door.ts";
import { configReply, groupReply, listReply, resourceTypes, schemas, userReply } from "./scim-replies.ts";

/** Resources on one page at the most, and unless asked for fewer. Ours. */
const PAGE = 100;

/** The company directory's door: SCIM 2.0 (RFC 7643, RFC 7644), a bearer token of one workspace, every call recorded. */
export async function registerScimRoutes(app: FastifyInstance, deps: ScimDeps): Promise<void> {
  const perToken = limitTokens();
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
      scope.setErrorHandler((error, request, reply) => sendScimError(deps, request, reply, error));
      const route = (method: HTTPMethods, path: string, handler: ScimHandler) =>
        scope.route({
          ...{ method, url: path },
          handler: (request, reply) =>
            serveScim(deps, perToken, request, reply, { name: `${method} ${path}`, handler }),
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

type Register = (method: HTTPMethods, path: string, handler: ScimHandler) => void;

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
    return { ...shown(201, user, userReply(base, user)), location: `${base}/Users/${user.id}` };
  });
  route("GET", "/Users/:id", async (directory, request) => {
    const user = await getUser(handles, directory, idOf(request));
    return unlessKnown(request, user, () => userReply(base, user));
  });
  route("PUT", "/Users/:id", async (directory, request) => {
    const given = readUser(request.body);
    const user = await changeUser(handles, directory, targetOf(request), () => given);
    return shown(200, user, userReply(base, user));
  });
  route("PATCH", "/Users/:id", async (directory, request) => {
    const patch = readOperations(request.body);
    const change = (before: Parameters<typeof patchUser>[0]) => patchUser(before, patch);
    const user = await changeUser(handles, directory, targetOf(request), change);
    return shown(200, user, userReply(base, user));
  });
  route("DELETE", "/Users/:id", async (directory, request) => {
    await deleteUser(handles, directory, targetOf(request));
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
    const location = `${base}/Groups/${group.id}`;
    return { ...shown(201, group, groupReply(base, group, "members")), location };
  });
  route("GET", "/Groups/:id", async (directory, request) => {
    const { members } = readQuery(request, []);
    const group = await getGroup(handles, directory, idOf(request));
    return unlessKnown(request, group, () => groupReply(base, group, members));
  });
  route("PUT", "/Groups/:id", async (directory, request) => {
    const given = readGroup(request.body);
    const group = await changeGroup(handles, directory, targetOf(request), () => given);
    return shown(200, group, groupReply(base, group, "members"));
  });
  route("PATCH", "/Groups/:id", async (directory, request) => {
    const patch = readOperations(request.body);
    const change = (before: Parameters<typeof patchGroup>[0]) => patchGroup(before, patch);
    const group = await changeGroup(handles, directory, targetOf(request), change);
    return shown(200, group, groupReply(base, group, "members"));
  });
  route("DELETE", "/Groups/:id", async (directory, request) => {
    await deleteGroup(handles, directory, targetOf(request));
    return { status: 204 };
  });
}

/** One resource, with its version. */
function shown(status: number, resource: { readonly version: number }, body: object): ScimReply {
  return { status, body, etag: entityTag(resource) };
}

/** Nothing for a reader who has this version already. */
function unlessKnown(
  { headers }: FastifyRequest,
  resource: { readonly version: number },
  body: () => object,
): ScimReply {
  const isKnown = isExpected(resource, readExpected(headers["if-none-match"]));
  return isKnown ? { status: 304, etag: entityTag(resource) } : shown(200, resource, body());
}

function idOf(request: FastifyRequest): string {
  return z
    .object({ id: z.string().max(64) })
    .parse(request.params)
    .id.toLowerCase();
}

/** Which resource, and which version of it the request was made from. */
function targetOf(request: FastifyRequest): Target {
  return { id: idOf(request), expected: readExpected(request.headers["if-match"]) };
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
