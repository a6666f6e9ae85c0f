import type { FastifyInstance, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { Actor } from "../identity/actor.ts";
import type { SessionStanding } from "../identity/devices/survey-sessions.ts";
import type { LiveEvent, LiveHub, LiveSocket } from "../inbox/live/live-hub.ts";
import type { Logger } from "../platform/log.ts";
import { Refusal } from "../platform/refusal.ts";
import { API_PREFIX, type ApiDeps, noted, requireAccess, requireNetwork, SESSION_COOKIE } from "./api.ts";
import { noteProven } from "./connections/proven.ts";
import { hearCommands, POLICY_VIOLATION, TRY_AGAIN } from "./live-commands.ts";
import { readPresence } from "./read-presence.ts";
import { isOwnOrigin, requireOwnOrigin } from "./request-guards.ts";

/** Bytes that may wait for a slow reader. Beyond it the socket is closed, and the console comes back and asks again. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** How often we look whether sessions still stand, in ms: an ended one loses its socket within a second, all told. */
const SESSION_CHECK_MS = 500;

/** How often a silent connection is tried, in ms: middleboxes drop idle ones after a minute. */
const PING_MS = 30_000;

/** Sockets of one session at the most. Ours: more tabs than anybody has, fewer than burden the others. */
const MAX_SOCKETS = 16;

/** Ours: from 4000 up (RFC 6455, section 7.4.2). */
const SIGNED_OUT = 4001;

export interface LiveDeps extends ApiDeps {
  readonly hub: LiveHub;
  /** Called before a socket hears a conversation's messages: the reading goes on record. Whether it may hear them. */
  readonly onWatch: (actor: Actor, conversationId: string) => Promise<boolean>;
  /** How these sessions stand; one that is absent has ended. */
  readonly surveySessions: (sessionIds: readonly string[]) => Promise<ReadonlyMap<string, SessionStanding>>;
  readonly log: Logger;
}

/** What a socket of a locked session still carries. */
const CARRIED_LOCKED: ReadonlySet<LiveEvent["event"]> = new Set<LiveEvent["event"]>(["counts", "signed_out"]);

interface OpenSocket extends LiveSocket {
  /** From the moment on in which its session is locked: it carries counts, and nothing that could be shown. */
  readonly lock: () => void;
  readonly address: string;
  readonly close: (code: number) => void;
}

/** The console's WebSocket: same origin, same cookie, and it ends with its session. */
export async function registerLiveRoutes(app: FastifyInstance, deps: LiveDeps): Promise<void> {
  const open = new Set<OpenSocket>();
  app.route({
    method: "GET",
    url: `${API_PREFIX}/live`,
    preValidation: (request, reply) =>
      noted(deps, request, "GET /live", async (known) => {
        await deps.limits.countAddress(reply, request.ip);
        // In the name of whoever's browser another site's page sits in: they are the one to be told.
        if (!isOwnOrigin(request, deps.own)) known(await findActor(deps, request));
        requireOwnOrigin(request, deps.own);
      }),
    handler: (_request, reply) => reply.code(426).header("upgrade", "websocket").send(),
    wsHandler: (socket, request) => void greet(deps, open, socket, request),
  });

  const sessionTimer = setInterval(() => void settleSessions(deps, open), SESSION_CHECK_MS);
  app.addHook("preClose", async () => {
    clearInterval(sessionTimer);
    for (const socket of open) socket.close(TRY_AGAIN);
  });
}

async function greet(
  deps: LiveDeps,
  open: Set<OpenSocket>,
  socket: WebSocket,
  request: FastifyRequest,
): Promise<void> {
  socket.on("error", () => socket.terminate());
  // Before the first wait: a console speaks as soon as it is connected.
  const commands = hearCommands(socket);
  const actor = await noted(deps, request, "GET /live", (known) => admit(deps, request, known)).catch(
    () => undefined,
  );
  if (actor === undefined || countSockets(open, actor) >= MAX_SOCKETS) {
    socket.close(POLICY_VIOLATION);
    return;
  }
  // Gone again meanwhile: its end has been told, and nobody would take it off the list.
  if (socket.readyState !== socket.OPEN) return;
  let watching: string | null = null;
  let locked = false;
  const one: OpenSocket = {
    ...{ actor, address: request.ip },
    get watching() {
      return watching;
    },
    send: (event) => {
      if (!locked || CARRIED_LOCKED.has(event.event)) send(socket, event);
    },
    lock: () => {
      if (locked) return;
      [locked, watching] = [true, null];
      send(socket, { event: "locked" });
    },
    close: (code) => socket.close(code),
  };
  const remove = deps.hub.add(one);
  open.add(one);
  const stopPinging = keepAlive(socket);
  socket.on("close", () => {
    stopPinging();
    remove();
    open.delete(one);
  });
  one.send({ event: "hello" });
  commands.follow(async (watch) => {
    if (locked) return;
    const mayHear = watch !== null && (await deps.onWatch(actor, watch));
    watching = locked || !mayHear ? null : watch;
  });
}

function countSockets(open: ReadonlySet<OpenSocket>, { sessionId }: Actor): number {
  return [...open].filter((one) => one.actor.sessionId === sessionId).length;
}

/** Pings, and ends the connection of whoever has not answered the last one: they are gone without a word. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}

async function admit(
  deps: LiveDeps,
  request: FastifyRequest,
  known: (actor: Actor | undefined) => void,
): Promise<Actor> {
  const actor = await findActor(deps, request);
  known(actor);
  await requireNetwork(deps, actor, request.ip);
  requireAccess(actor, "conversation.list");
  if (actor === undefined) throw new Refusal("unauthenticated", "session.none");
  noteProven(request.raw.socket);
  return actor;
}

/** Whose cookie comes along; that it does is nothing that a person did. */
async function findActor(deps: LiveDeps, request: FastifyRequest): Promise<Actor | undefined> {
  const token = request.cookies[SESSION_COOKIE];
  if (token === undefined) return undefined;
  return deps.findActor(token, { ...readPresence(request, deps.clock), actedAt: null });
}

function send(socket: WebSocket, event: LiveEvent): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.close(TRY_AGAIN);
  else socket.send(JSON.stringify(event));
}

/**
 * Whether the key of its device was shown lately enough for a socket to go on. Its console comes again with a new
 * cookie; who only has a copy of the old one does not.
 */
function isAtHome({ boundUntil }: Actor, now: Date): boolean {
  return boundUntil !== undefined && now < boundUntil;
}

function settle(socket: OpenSocket, stands: SessionStanding | undefined, now: Date): void {
  if (stands === "locked") socket.lock();
  if (stands === "bound" && !isAtHome(socket.actor, now)) socket.close(TRY_AGAIN);
  if (stands !== undefined) return;
  socket.send({ event: "signed_out" });
  socket.close(SIGNED_OUT);
}

/** Ends the sockets of ended sessions, and shuts those of locked ones. One that came meanwhile was not asked about. */
async function settleSessions(deps: LiveDeps, open: ReadonlySet<OpenSocket>): Promise<void> {
  if (open.size === 0) return;
  const asked = [...open];
  try {
    const standing = await deps.surveySessions(asked.map((socket) => socket.actor.sessionId));
    for (const socket of asked) settle(socket, standing.get(socket.actor.sessionId), deps.clock());
    // The rules may have changed since it was opened.
    for (const socket of open)
      if (!(await deps.admitsNetwork(socket.actor, socket.address))) socket.close(POLICY_VIOLATION);
  } catch (error) {
    deps.log.warn({ err: error }, "live: sessions could not be looked at");
  }
}
