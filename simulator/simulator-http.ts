import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { cutRequest } from "./faults/cut-request.ts";
import { openFrontDoor } from "./faults/front-door.ts";
import { addGraphAccountRoutes } from "./graph-account-routes.ts";
import { addGraphAppRoutes } from "./graph-app-routes.ts";
import { GraphError, graphErrorBody, noSuchObject } from "./graph-error.ts";
import { addGraphMediaRoutes } from "./graph-media-routes.ts";
import { addGraphMessageRoutes } from "./graph-message-routes.ts";
import { addGraphTemplateRoutes } from "./graph-template-routes.ts";
import type { PhoneAccess } from "./phone-access.ts";
import { addPhoneRoutes } from "./phone-routes.ts";
import type { Simulation } from "./simulation.ts";

const BODY_BYTES = 1_024 * 1_024;
const VERSION = /^\/v\d{1,3}\.\d{1,2}(?=\/)/;

/** One listener for both sides: the Graph API for Wardroom and the phone page for people. */
export async function buildSimulatorHttp(sim: Simulation, access: PhoneAccess): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    serverFactory: (listener) => openFrontDoor(sim.faults, listener),
    rewriteUrl: (request) => (request.url ?? "/").replace(VERSION, ""),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
  app.addHook("onRequest", async (request, reply) => refuseForeignHost(sim, request, reply));
  app.addHook("onSend", async (_, reply) => {
    void reply.header("server", "wardroom-simulator");
    if (sim.faults.isArmed("cut_connection")) void reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => logCall(sim, request, reply));
  await app.register((graph, _, done) => {
    addGraphRoutes(graph, sim);
    done();
  });
  await app.register((phone, _, done) => {
    addPhoneRoutes(phone, sim, access);
    done();
  });
  app.setNotFoundHandler((_, reply) => sendGraphError(reply, noSuchObject()));
  return app;
}

function addGraphRoutes(app: FastifyInstance, sim: Simulation): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof GraphError) return sendGraphError(reply, error);
    const statusCode = (error as { statusCode?: number }).statusCode ?? 500;
    if (statusCode < 500) return sendGraphError(reply, new GraphError(100, { httpStatus: statusCode }));
    sim.log({
      simulator: true,
      event: "graph_error",
      route: request.routeOptions.url,
      name: (error as Error).name,
    });
    return sendGraphError(reply, new GraphError(1, { httpStatus: 500 }));
  });
  app.addHook("preParsing", (request, reply, payload, done) => {
    if (!cutRequest(sim, request, reply)) done(null, payload);
  });
  addGraphAppRoutes(app, sim);
  addGraphAccountRoutes(app, sim);
  addGraphMessageRoutes(app, sim);
  addGraphMediaRoutes(app, sim);
  addGraphTemplateRoutes(app, sim);
}

function sendGraphError(reply: FastifyReply, error: GraphError): FastifyReply {
  return reply.code(error.httpStatus).type("application/json").send(graphErrorBody(error));
}

/** DNS rebinding: a page under another name that resolves to 127.0.0.1 is not ours. */
async function refuseForeignHost(
  sim: Simulation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { port } = new URL(sim.origin());
  const host = request.headers.host;
  if (host === `127.0.0.1:${port}` || host === `localhost:${port}`) return undefined;
  return reply.code(421).type("text/plain").send("The Wardroom simulator answers on 127.0.0.1 only.");
}

function logCall(sim: Simulation, request: FastifyRequest, reply: FastifyReply): void {
  sim.log({
    simulator: true,
    event: "call",
    method: request.method,
    route: request.routeOptions.url ?? "unknown",
    status: reply.statusCode,
    tookMs: Math.round(reply.elapsedTime),
  });
}
