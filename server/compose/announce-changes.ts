import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { API_PREFIX, admittedActor, SESSION_COOKIE } from "../http/api.ts";
import { findActor } from "../identity/find-actor.ts";
import { announce, type ChangedThing } from "../inbox/live/live-change.ts";
import { inWorkspace } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { Logger } from "../platform/log.ts";
import type { Rooms } from "./open-rooms.ts";

/** What a success of these routes changes for everybody who looks at it. Their rooms know nothing of open consoles. */
const CHANGES: ReadonlyMap<string, ChangedThing> = new Map([
  ["POST /invitations", "members"],
  ["DELETE /invitations/:id", "members"],
  ["PATCH /members/:id", "members"],
  ["PATCH /me", "members"],
  ["POST /session/factor", "devices"],
  ["POST /session/passkey", "devices"],
  ["POST /session/continue", "devices"],
  ["DELETE /session", "devices"],
  ["POST /devices/:id/approve", "devices"],
  ["POST /devices/:id/refuse", "devices"],
  ["DELETE /me/sessions", "devices"],
  ["DELETE /me/sessions/:id", "devices"],
  ["DELETE /me/devices/:id", "devices"],
  ["DELETE /members/:id/sessions", "devices"],
  ["DELETE /members/:id/sessions/:sessionId", "devices"],
  ["DELETE /members/:id/devices/:deviceId", "devices"],
  ["POST /numbers/simulator", "numbers"],
  ["POST /numbers/meta", "numbers"],
  ["POST /numbers/:id/disconnect", "numbers"],
  ["POST /numbers/:id/templates/synchronise", "templates"],
]);

/**
 * Tells open consoles to ask again after such a change. After the answer, because it is a hint: a console that misses
 * it asks again by itself half a minute later.
 */
export function announceChanges(
  app: FastifyInstance,
  { rooms, log }: { readonly rooms: Rooms; readonly log: Logger },
): void {
  app.addHook("onResponse", async (request, reply) => {
    const path = request.routeOptions.url?.slice(API_PREFIX.length);
    const thing = CHANGES.get(`${request.method} ${path}`);
    if (thing === undefined || reply.statusCode !== 200) return;
    try {
      const workspaceId = await findWorkspace(rooms, request, reply);
      if (workspaceId === undefined) return;
      await inWorkspace(rooms.inbox.db, workspaceId, (tx) => announce(tx, { workspaceId, things: [thing] }));
    } catch (error) {
      log.warn({ err: error, thing }, "a change was not announced");
    }
  });
}

/** Whose it is: of the session that asked, which may have ended with the answer, or of the one that the answer began. */
async function findWorkspace(
  rooms: Rooms,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<WorkspaceId | undefined> {
  const admitted = admittedActor(request);
  if (admitted !== undefined) return admitted.workspaceId;
  const cookies = [reply.getHeader("set-cookie") ?? []].flat().map(String);
  const given = cookies.find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`));
  const token = given?.slice(SESSION_COOKIE.length + 1).split(";")[0];
  return (await findActor(rooms.identity, token, rooms.identity.clock()))?.workspaceId;
}
