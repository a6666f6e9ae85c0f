import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { consolePolicy } from "./security-headers.ts";

const NONCE_MARK = "__NONCE__";

/** A year: the names of assets carry a hash of their content. */
const ASSET_MAX_AGE = "public, max-age=31536000, immutable";

/**
 * The console's files. The page itself is written anew for every answer, with a nonce of its own; addresses of the
 * console's own router get the page, too.
 */
export async function registerConsoleRoutes(app: FastifyInstance, dist: string): Promise<void> {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  await app.register(fastifyStatic, {
    root: join(dist, "assets"),
    prefix: "/assets/",
    index: false,
    cacheControl: false,
    setHeaders: (reply) => void reply.header("cache-control", ASSET_MAX_AGE),
  });

  const sendPage = (reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(16).toString("base64");
    return reply
      .header("content-security-policy", consolePolicy(nonce))
      .header("cache-control", "no-store")
      .type("text/html; charset=utf-8")
      .send(page.replace(NONCE_MARK, nonce));
  };
  app.get("/", (_request, reply) => sendPage(reply));
  for (const path of CONSOLE_PATHS) {
    app.get(path, (_request, reply) => sendPage(reply));
    app.get(`${path}/*`, (_request, reply) => sendPage(reply));
  }
}

/** First segments of the console's own addresses; everything else is 404, so that a typo in an API path is no page. */
const CONSOLE_PATHS = [
  "/inbox",
  "/contacts",
  "/templates",
  "/numbers",
  "/members",
  "/quarantine",
  "/security",
  "/networks",
  "/billing",
  "/performance",
  "/workspace",
  "/network-refused",
  "/profile",
  "/setup",
  "/sign-in",
  "/single-sign-on",
  "/invitation",
  "/forgot-password",
  "/recover",
  "/more",
];
