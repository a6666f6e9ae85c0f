import type { FastifyInstance } from "fastify";
import { API_PREFIX, SESSION_COOKIE } from "../http/api.ts";
import { findActor } from "../identity/find-actor.ts";
import { announce, type ChangedThing } from "../inbox/live/live-change.ts";
import { inWorkspace } from "../platform/database.ts";
import type { Logger } from "../platform/log.ts";
import type { Rooms } from "./open-rooms.ts";

/** What a success of these routes changes for everybody who looks at it. Their rooms know nothing of open consoles. */
const CHANGES: ReadonlyMap<string, ChangedThing> = new Map([
  ["POST /invitations", "members"],
  ["DELETE /invitations/:id", "members"],
  ["PATCH /members/:id", "members"],
  ["PATCH /me", "members"],
  ["POST /session/factor", "devices"],
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
    const token = request.cookies[SESSION_COOKIE];
    if (thing === undefined || token === undefined || reply.statusCode !== 200) return;
    try {
      const actor = await findActor(rooms.identity, token, rooms.identity.clock());
      if (actor === undefined) return;
      const { workspaceId } = actor;
      await inWorkspace(rooms.inbox.db, workspaceId, (tx) => announce(tx, { workspaceId, things: [thing] }));
    } catch (error) {
      log.warn({ err: error, thing }, "a change was not announced");
    }
  });
}
