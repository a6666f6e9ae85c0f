import { createHash, timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Registry } from "prom-client";
import { Refusal } from "../platform/refusal.ts";
import type { Secret } from "../platform/secret.ts";

export interface HealthDeps {
  /** Whether a request could be served now: the database answers, the keys are open. */
  readonly isReady: () => Promise<boolean>;
  /** How long `isReady` may take, in ms; ANSWER_WITHIN_MS unless told. */
  readonly answerWithinMs?: number;
  readonly metrics: Registry;
  /** Undefined: only this machine may read the metrics, and nobody through a proxy. */
  readonly metricsToken: Secret<string> | undefined;
}

/**
 * How long a database may keep /readyz waiting, in ms. Ours: whoever asks wants to know who can serve now, and load
 * balancers give up after some five seconds, which tells them less than a 503.
 */
const ANSWER_WITHIN_MS = 3_000;

/** For those who watch the process: alive, ready, and the figures. None of them tells anything of anybody. */
export function registerHealthRoutes(app: FastifyInstance, deps: HealthDeps): void {
  app.get("/healthz", async (_request, reply) => reply.type("text/plain").send("ok\n"));

  const isReady = askedOnce(deps.isReady, deps.answerWithinMs ?? ANSWER_WITHIN_MS);
  app.get("/readyz", async (_request, reply) => {
    const ready = await isReady();
    return reply
      .code(ready ? 200 : 503)
      .type("text/plain")
      .send(ready ? "ready\n" : "not ready\n");
  });

  app.get("/metrics", async (request, reply) => {
    if (!mayReadMetrics(request, deps.metricsToken)) throw new Refusal("not_found", "request.unknown_route");
    return reply.type(deps.metrics.contentType).send(await deps.metrics.metrics());
  });
}

/**
 * All who ask meanwhile share one question: a crowd at /readyz costs the database one at a time, however long that one
 * takes. Nobody waits longer than `withinMs` for it; what does not answer is not ready.
 */
function askedOnce(isReady: () => Promise<boolean>, withinMs: number): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return async () => {
    asking ??= isReady()
      .catch(() => false)
      .finally(() => {
        asking = undefined;
      });
    const late = new AbortController();
    const tooLate = sleep(withinMs, false, { signal: late.signal }).catch(() => false);
    try {
      return await Promise.race([asking, tooLate]);
    } finally {
      late.abort();
    }
  };
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** A proxy on this machine that we were not told of: its address is not the one who asks. */
function isForwarded({ headers }: FastifyRequest): boolean {
  return ["x-forwarded-for", "forwarded", "x-real-ip"].some((name) => headers[name] !== undefined);
}

function mayReadMetrics(request: FastifyRequest, token: Secret<string> | undefined): boolean {
  if (token === undefined) return LOOPBACK.has(request.ip) && !isForwarded(request);
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${token.reveal()}`));
}
