import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Route } from "../../contract/route.ts";
import { isSensitive, may, type Permission } from "../access/permissions.ts";
import type { Actor } from "../identity/actor.ts";
import { readDeviceTokens } from "../identity/devices/device-token.ts";
import type { Presence } from "../identity/devices/presence.ts";
import { requireFreshFactor } from "../identity/fresh-factor.ts";
import type { Clock } from "../platform/clock.ts";
import { Refusal } from "../platform/refusal.ts";
import { clearBoundCookie } from "./bound-cookie-jar.ts";
import { noteProven } from "./connections/proven.ts";
import { BOUND_COOKIE, DEVICE_COOKIE, readPresence } from "./read-presence.ts";
import {
  isOwnOrigin,
  type OwnAddresses,
  requireNoForeignOrigin,
  requireOwnOrigin,
} from "./request-guards.ts";
import type { RequestLimits } from "./request-limits.ts";
import { isStageAccess, requireStage, type StageAccess } from "./require-stage.ts";

/**
 * Who may call a route: somebody with the permission, anybody who has proved both factors ("signed_in"), a session in
 * one of the stages before that (require-stage.ts), anybody ("public"; the handler then asks for its own secret), or a
 * browser by itself ("device_key"; the handler asks for a signature of its device's key, and cookies say nothing).
 */
export type Access = Permission | "signed_in" | StageAccess | "public" | "device_key";

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler gets: parsed input, and the actor that the access asks for. */
export interface Call<R extends Route, Who> {
  readonly actor: Who;
  readonly params: Parsed<R["params"]>;
  readonly query: Parsed<R["query"]>;
  readonly body: Parsed<R["body"]>;
  /** The client's address, as the trusted proxy says. */
  readonly address: string;
  readonly userAgent: string | undefined;
  /** By which the browser is known again. */
  readonly deviceTokens: readonly string[];
  readonly requestId: string;
  cookie(name: string): string | undefined;
  /** A header of the request that came once. */
  header(name: string): string | undefined;
  setHeader(name: string, value: string): void;
  setCookie(name: string, value: string, options: CookieSerializeOptions): void;
  clearCookie(name: string, options: CookieSerializeOptions): void;
}

type ActorFor<A extends Access> = A extends "public" | "device_key" ? Actor | undefined : Actor;

/** Registers routes of the contract; nothing below /api/v1 is reached but through it. */
export interface Api {
  route<R extends Route, A extends Access>(
    route: R,
    options: { readonly access: A },
    handler: (call: Call<R, ActorFor<A>>) => Promise<z.input<R["ok"]>>,
  ): void;
}

export const SESSION_COOKIE = "__Host-wr-session";
export const API_PREFIX = "/api/v1";

export interface ApiDeps {
  readonly own: OwnAddresses;
  readonly limits: RequestLimits;
  readonly findActor: (sessionToken: string, presence: Presence) => Promise<Actor | undefined>;
  /** Whether an actor may come from an address (access/network). */
  readonly admitsNetwork: (actor: Actor, address: string) => Promise<boolean>;
  readonly clock: Clock;
  /** Told of every refusal, for the log. */
  readonly onRefusal: (refused: RefusedCall) => void;
  /** Told of each registered route: the permission table is tested against this list. */
  readonly onRoute?: (route: {
    readonly method: string;
    readonly path: string;
    readonly access: Access;
  }) => void;
}

export interface RefusedCall {
  readonly refusal: Refusal;
  readonly actor: Actor | undefined;
  readonly address: string;
  /** "GET /conversations/:id". */
  readonly operation: string;
}

/** The gate: limit, origin, session, network, permission, a fresh factor where it is asked for, shape: before a handler runs. */
export function createApi(app: FastifyInstance, deps: ApiDeps): Api {
  return {
    route(route, { access }, handler) {
      deps.onRoute?.({ method: route.method, path: route.path, access });
      const changes = route.method !== "GET";
      const operation = `${route.method} ${route.path}`;
      app.route({
        method: route.method,
        url: API_PREFIX + route.path,
        // Another site's form is refused, and put on record, before a body of a type that we do not read is looked at.
        onRequest: async (request, reply) => {
          if (!changes || access === "device_key" || isOwnOrigin(request, deps.own)) return;
          await noted(deps, request, operation, (known) =>
            admit(deps, request, reply, { access, changes, known }),
          );
        },
        handler: (request, reply) => {
          reply.header("cache-control", "no-store");
          return noted(deps, request, operation, async (known) => {
            const actor = await admit(deps, request, reply, { access, changes, known });
            const call = callOf(route, request, reply, actor as ActorFor<typeof access>);
            return reply.send(route.ok.parse(await handler(call)));
          });
        },
      });
    },
  };
}

/** Runs `work`, and tells of what it refuses, to whom, once `work` has said who it is. */
export async function noted<Result>(
  deps: Pick<ApiDeps, "onRefusal">,
  request: FastifyRequest,
  operation: string,
  work: (known: (actor: Actor | undefined) => void) => Promise<Result>,
): Promise<Result> {
  let actor: Actor | undefined;
  try {
    return await work((found) => {
      actor = found;
    });
  } catch (error) {
    if (error instanceof Refusal) deps.onRefusal({ refusal: error, actor, address: request.ip, operation });
    throw error;
  }
}

const admitted = new WeakMap<FastifyRequest, Actor>();

/** Who asked, as it was when the request came: the answer may have ended their session. */
export function admittedActor(request: FastifyRequest): Actor | undefined {
  return admitted.get(request);
}

export interface Admission {
  readonly access: Access;
  readonly changes: boolean;
  /** Told who it is before anything is refused to them, so that it is refused to them and not to a stranger. */
  readonly known: (actor: Actor | undefined) => void;
}

/** The gate itself, for the routes that carry bytes and so register themselves. */
export async function admit(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { access, changes, known }: Admission,
): Promise<Actor | undefined> {
  if (access === "device_key") return admitDeviceKey(deps, request, reply);
  await deps.limits.countAddress(reply, request.ip);
  const token = request.cookies[SESSION_COOKIE];
  const actor =
    token === undefined ? undefined : await deps.findActor(token, readPresence(request, deps.clock));
  known(actor);
  if (actor !== undefined) admitted.set(request, actor);
  if (actor?.stage === "binding" && request.cookies[BOUND_COOKIE] !== undefined)
    clearBoundCookie({ clearCookie: (name, options) => void reply.clearCookie(name, options) });
  if (actor?.assurance === 2) noteProven(request.raw.socket);
  await deps.limits.countPerson(reply, { address: request.ip, personId: actor?.personId });
  if (changes) requireOwnOrigin(request, deps.own);
  if (access !== "public") await requireNetwork(deps, actor, request.ip);
  requireAccess(actor, access);
  requireFreshness(actor, access, deps.clock());
  return actor;
}

/**
 * What browsers send by themselves, and not for a page: without Origin, and perhaps in the middle of other requests that
 * wait for it. One that is told to come later would give its key up, and one that finds us busy would not.
 */
async function admitDeviceKey(
  deps: Pick<ApiDeps, "limits" | "own">,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  try {
    await deps.limits.countAddress(reply, request.ip);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== "rate_limited") throw error;
    const { retryAfterSeconds = 1 } = error;
    throw new Refusal("unavailable", "request.too_many", { cause: error, retryAfterSeconds });
  }
  requireNoForeignOrigin(request, deps.own);
}

/** Refuses whoever comes from a network that the workspace's rules leave out, whatever else they hold. */
export async function requireNetwork(
  deps: Pick<ApiDeps, "admitsNetwork">,
  actor: Actor | undefined,
  address: string,
): Promise<void> {
  if (actor === undefined || (await deps.admitsNetwork(actor, address))) return;
  throw new Refusal("forbidden", "access.network_refused");
}

/** Throws unless the actor may. A session that lacks the second factor may do nothing but prove it. */
export function requireAccess(actor: Actor | undefined, access: Access): void {
  if (access === "public" || access === "device_key") return;
  if (actor === undefined) throw new Refusal("unauthenticated", "session.none");
  requireStage(actor, isStageAccess(access) ? access : "open");
  if (!isStageAccess(access) && access !== "signed_in" && !may(actor, access))
    throw new Refusal("forbidden", "access.permission_missing");
}

/** Throws before a sensitive act (access/permissions.ts) when the factor was proved too long ago. */
function requireFreshness(actor: Actor | undefined, access: Access, now: Date): void {
  if (access === "public" || access === "device_key" || access === "signed_in" || isStageAccess(access))
    return;
  if (actor !== undefined && isSensitive(access)) requireFreshFactor(actor, now);
}

function callOf<R extends Route, Who>(
  route: R,
  request: FastifyRequest,
  reply: FastifyReply,
  actor: Who,
): Call<R, Who> {
  return {
    actor,
    params: route.params?.parse(request.params) as Parsed<R["params"]>,
    query: route.query?.parse(request.query) as Parsed<R["query"]>,
    body: route.body?.parse(request.body) as Parsed<R["body"]>,
    address: request.ip,
    userAgent: request.headers["user-agent"],
    deviceTokens: readDeviceTokens(request.cookies[DEVICE_COOKIE]),
    requestId: request.id,
    cookie: (name) => request.cookies[name],
    header: (name) => [request.headers[name] ?? []].flat().at(0),
    setHeader: (name, value) => void reply.header(name, value),
    setCookie: (name, value, options) => void reply.setCookie(name, value, options),
    clearCookie: (name, options) => void reply.clearCookie(name, options),
  };
}
