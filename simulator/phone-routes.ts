import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PhoneAccess } from "./phone-access.ts";
import { addPhoneApiRoutes } from "./phone-api-routes.ts";
import { readPageFiles } from "./phone-page-files.ts";
import { PhoneRefusal } from "./phone-refusal.ts";
import type { Simulation } from "./simulation.ts";

const PAGE_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' blob:",
    "media-src blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "microphone=(self), camera=(), geolocation=()",
};

/** The customer's phone: the page, the exchange of its one-time link, and its API. No cookie is set or read. */
export function addPhoneRoutes(app: FastifyInstance, sim: Simulation, access: PhoneAccess): void {
  const files = readPageFiles();
  app.addHook("onSend", async (_, reply) => {
    void reply.headers(PAGE_HEADERS);
  });
  app.setErrorHandler((error, request, reply) => answerError(sim, error, request, reply));
  const serve = (name: string, reply: FastifyReply) => {
    const file = files.get(name);
    if (file === undefined) throw new PhoneRefusal(404, "not_found");
    return reply.type(file.type).send(file.bytes);
  };
  app.get("/phone", (_, reply) => serve("index.html", reply));
  app.get("/phone/files/:name", (request, reply) => serve((request.params as { name: string }).name, reply));
  app.post("/phone/session", (request) => {
    const { link } = jsonOf(request) as { link?: unknown };
    const exchanged = typeof link === "string" ? access.exchange(link) : undefined;
    if (exchanged === undefined) throw new PhoneRefusal(403, "link_used_or_expired");
    return { bearer: exchanged.bearer, language: exchanged.session.language };
  });
  void app.register(
    (api, _, done) => {
      addPhoneApiRoutes(api, sim, access);
      done();
    },
    { prefix: "/phone/api" },
  );
}

function jsonOf(request: FastifyRequest): unknown {
  if (!Buffer.isBuffer(request.body)) return {};
  try {
    return JSON.parse(request.body.toString()) ?? {};
  } catch {
    throw new PhoneRefusal(400, "not_json");
  }
}

function answerError(sim: Simulation, error: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof PhoneRefusal)
    return reply.code(error.httpStatus).send({ simulator: true, error: error.code });
  const known = (error as { statusCode?: number }).statusCode;
  if (known !== undefined && known < 500)
    return reply.code(known).send({ simulator: true, error: "bad_request" });
  sim.log({
    simulator: true,
    event: "phone_error",
    route: request.routeOptions.url,
    name: (error as Error).name,
  });
  return reply.code(500).send({ simulator: true, error: "unexpected" });
}
