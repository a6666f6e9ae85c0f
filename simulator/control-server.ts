import { createHash, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { ZodError } from "zod";
import { addControlRoutes } from "./control-routes.ts";
import type { Simulator } from "./simulator.ts";

export interface ControlServer extends AsyncDisposable {
  /** http://127.0.0.1:port */
  readonly url: string;
}

/** Below this a token could be guessed. Ours. */
const TOKEN_LENGTH = 16;
const BODY_BYTES = 4 * 1_024 * 1_024;

/**
 * The simulator's handle over HTTP, for whoever holds the token. A listener of its own, so that no fault of the wire, however
 * many connections it cuts, can shut out the one who would switch it off. 127.0.0.1 only; a page in a browser cannot reach
 * it: it has no token, another name than ours is refused, and no answer allows another origin to read it.
 */
export async function openControlServer(
  simulator: Simulator,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<ControlServer> {
  if (token.length < TOKEN_LENGTH) throw new Error("simulator: the control token is too short");
  const app = Fastify({ bodyLimit: BODY_BYTES, forceCloseConnections: true });
  let host = "";
  app.addHook("onRequest", (request, reply, done) => {
    if (request.headers.host !== host) return void reply.code(421).send({ error: "host" });
    if (!isToken(request, token)) return void reply.code(401).send({ error: "token" });
    done();
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: "not_found" }));
  addControlRoutes(app, simulator);
  const url = (await app.listen({ host: "127.0.0.1", port })).replace(/\/$/, "");
  host = new URL(url).host;
  return { url, [Symbol.asyncDispose]: () => app.close() };
}

function isToken(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function answerError(error: unknown, _: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ZodError) {
    const places = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return reply.code(422).send({ error: "not_valid", places });
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status < 500) return reply.code(status).send({ error: "bad_request" });
  return reply.code(422).send({ error: "not_possible", because: (error as Error).message });
}
