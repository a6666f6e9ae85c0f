import type { FastifyRequest } from "fastify";
import { Refusal } from "../platform/refusal.ts";

/** Names and origins that this server answers to. Anything else is a rebinding trick or a wrong address. */
export interface OwnAddresses {
  /** Values of the Host header: "localhost:8443", "wa.example.com". */
  readonly hosts: ReadonlySet<string>;
  /** "https://localhost:8443" ... */
  readonly origins: ReadonlySet<string>;
}

/** The addresses that follow from the public URL and the port we listen on. */
export function ownAddresses(publicUrl: URL, port: number): OwnAddresses {
  const local = ["localhost", "127.0.0.1", "[::1]"].flatMap((name) =>
    port === 443 ? [name, `${name}:443`] : [`${name}:${port}`],
  );
  return {
    hosts: new Set([publicUrl.host, ...local]),
    origins: new Set([publicUrl.origin, ...local.map((host) => new URL(`https://${host}`).origin)]),
  };
}

/** Refuses a request for a name that is not ours. */
export function requireOwnHost(request: FastifyRequest, own: OwnAddresses): void {
  if (!own.hosts.has(request.host)) throw new Refusal("not_found", "request.unknown_host");
}

/**
 * Refuses a change that another site's page asks for. The cookie is SameSite=Strict already; this second lock holds
 * when a browser has a fault.
 */
export function requireOwnOrigin(request: FastifyRequest, own: OwnAddresses): void {
  if (!isOwnOrigin(request, own)) throw new Refusal("forbidden", "request.foreign_origin");
}

/** Whether our own page asks. Browsers send Origin with every change and every socket, so its absence is no excuse. */
export function isOwnOrigin({ headers }: FastifyRequest, own: OwnAddresses): boolean {
  const { origin } = headers;
  const site = headers["sec-fetch-site"];
  return origin !== undefined && own.origins.has(origin) && (site === undefined || site === "same-origin");
}

/**
 * The same for what browsers send by themselves, which carries no Origin. A page's request always does (Fetch, "append a
 * request Origin header"), so none can be made to look like it.
 */
export function requireNoForeignOrigin(request: FastifyRequest, own: OwnAddresses): void {
  const { origin } = request.headers;
  if (origin !== undefined && !own.origins.has(origin))
    throw new Refusal("forbidden", "request.foreign_origin");
}
