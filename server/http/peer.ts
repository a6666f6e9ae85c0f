import type { IncomingMessage } from "node:http";
import { all, compile } from "@fastify/proxy-addr";

/** Whether what this address says about who came before it is believed. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** Trusts these addresses and networks and nobody else; nobody where there are none. */
export function trustProxies(addresses: readonly string[]): TrustProxy {
  return addresses.length === 0 ? () => false : compile([...addresses]);
}

/** The client's address: the last one in the chain that nobody we trust vouches for. */
export function addressOf(request: IncomingMessage, trust: TrustProxy): string {
  return all(request, trust).at(-1) ?? "";
}

/** The name that the client asked for, as Fastify finds it. */
export function hostOf(request: IncomingMessage, trust: TrustProxy): string {
  const forwarded = request.headers["x-forwarded-host"];
  if (typeof forwarded === "string" && trust(request.socket.remoteAddress ?? "", 0))
    return forwarded.slice(forwarded.lastIndexOf(",") + 1).trim();
  return request.headers.host ?? "";
}
