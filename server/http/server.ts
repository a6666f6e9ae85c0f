import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import cookie from "@fastify/cookie";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "../platform/log.ts";
import { Refusal } from "../platform/refusal.ts";
import type { CertificateSource } from "../platform/tls/certificate.ts";
import type { TrustProxy } from "./peer.ts";
import { problemOf, sendProblem } from "./refusal-reply.ts";
import { type OwnAddresses, requireOwnHost } from "./request-guards.ts";
import { setSecurityHeaders } from "./security-headers.ts";

/** Bytes of a JSON body at the most. Ours: the longest message is 4 KB; uploads and webhooks have limits of their own. */
const MAX_JSON_BYTES = 256 * 1024;

/** How long a handshake, headers, and a whole request, may take, in ms; and how often sockets are looked at. Ours: slow ones hold a place. */
const HANDSHAKE_MS = 5_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const CHECK_MS = 1_000;
const KEEP_ALIVE_MS = 65_000;

/** How long a connection may be silent in both directions while it is in use, in ms. Ours: one that reads no answer. */
const SILENCE_MS = 60_000;

/** Bytes of headers, and their number. Ours: a browser sends 2 KB in 20, and a proxy adds some. */
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 200;

export interface ServerOptions {
  readonly certificate: CertificateSource;
  readonly own: OwnAddresses;
  readonly publicName: boolean;
  readonly trust: TrustProxy;
  readonly log: Logger;
}

/** The listener: HTTP/1.1 over TLS 1.3, with what every answer carries and every refusal becomes. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { certificate, key } = options.certificate.current;
  const app = fastify({
    https: {
      cert: certificate,
      key: key.reveal(),
      minVersion: "TLSv1.3",
      handshakeTimeout: HANDSHAKE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    trustProxy: options.trust,
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: REQUEST_MS,
    connectionTimeout: SILENCE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    genReqId: () => randomUUID(),
    logger: false, // addresses hold ids, but a line a request is what /metrics is for
    forceCloseConnections: "idle",
    return503OnClosing: true,
  }) as unknown as FastifyInstance;
  const server = app.server as unknown as Server;
  options.certificate.serve(server);
  server.maxHeadersCount = MAX_HEADERS;

  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: 4_096 } });

  // Another site's form can send text, and no JSON without being asked beforehand: text is no body of ours.
  app.removeContentTypeParser("text/plain");
  app.addHook("onRequest", async (request, reply) => {
    setSecurityHeaders(reply, { publicName: options.publicName });
    requireOwnHost(request, options.own);
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request.id);
    // One who hangs up in the middle of a body is no fault of ours, nor is one who was told to come again: a flood of
    // either must not fill the log.
    const brokenOff = request.raw.destroyed && !request.raw.complete;
    if (problem.status >= 500 && !brokenOff && !(error instanceof Refusal)) {
      options.log.error(
        { err: error, requestId: request.id, route: request.routeOptions.url },
        "a request failed",
      );
    }
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      type: "urn:wardroom:error:request.unknown_route",
      title: "Not Found",
      status: 404,
      code: "request.unknown_route",
      requestId: request.id,
    }),
  );
  return app;
}

/** Lets `receive` have every request first; what it does not take is answered as before. */
export function receiveFirst(
  app: FastifyInstance,
  receive: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
  const [answer, ...others] = app.server.listeners("request");
  if (answer === undefined || others.length > 0) throw new Error("one listener answers requests");
  app.server.removeAllListeners("request");
  app.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (!receive(request, response)) answer.call(app.server, request, response);
  });
}
