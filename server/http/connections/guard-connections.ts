import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import type { Socket } from "node:net";
import { ConnectionGuard, type Ending, type Held } from "./connection-guard.ts";
import { type ConnectionLimits, connectionLimits } from "./connection-limits.ts";
import { followRequest } from "./follow-request.ts";
import { onProven } from "./proven.ts";
import { sharedAddresses } from "./shared-addresses.ts";

/** How often strangers' bodies are weighed, in ms. Ours: what a line of 1 Gbit/s brings in that time is 2.5 MB. */
const WEIGH_MS = 20;

/** Connections above our own limit that the server itself would take, should ours ever miscount. */
const SPARE = 10;

const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** Heads in one piece (16 KB at most, a TLS record) from a stranger. Ours; the JSON that Meta sends holds none. */
const MAX_HEADS = 8;

export interface GuardConnectionsOptions {
  /** Addresses and networks, as WARDROOM_TRUSTED_PROXIES names them. */
  readonly trustedProxies: readonly string[];
  readonly onEnding: (ending: Ending) => void;
  readonly limits?: ConnectionLimits;
}

/**
 * Puts a guard before a server that does not listen yet: it sees each connection before its handshake and each
 * request before its handler. Disposing it ends the weighing; connections end with the server.
 */
export function guardConnections(
  server: Server,
  options: GuardConnectionsOptions,
): ConnectionGuard & Disposable {
  const limits = options.limits ?? connectionLimits();
  const guard = new ConnectionGuard({
    limits,
    isShared: sharedAddresses(options.trustedProxies),
    onEnding: options.onEnding,
  });
  const held = new Map<string, Held>();

  // A refused one must cost no handshake.
  standBefore(server, "connection", (socket: Socket) => {
    const one = guard.admit(socket, performance.now());
    if (one === undefined) return false;
    const key = keyOf(socket);
    held.set(key, one);
    socket.once("close", () => held.delete(key));
    return true;
  });
  server.on("secureConnection", (socket: Socket) => {
    const one = held.get(keyOf(socket));
    if (one === undefined) return;
    onProven(socket, () => guard.prove(one, performance.now()));
    socket.prependListener("data", (bytes: Buffer) => {
      if (one.proven || !isFloodOfRequests(bytes)) return;
      guard.end(one, "pipelined");
      bytes.fill(0); // the parser would go on to the end of them, request by request
    });
  });
  standBefore(server, "request", (request: IncomingMessage, response: ServerResponse) => {
    const one = held.get(keyOf(request.socket));
    return one === undefined || followRequest(guard, limits, one, { request, response });
  });
  server.maxConnections = limits.total + SPARE;

  const timer = setInterval(() => guard.shedBytes(), WEIGH_MS);
  timer.unref();
  return Object.assign(guard, { [Symbol.dispose]: () => clearInterval(timer) });
}

/**
 * Whether one piece from a stranger holds the heads of many requests. A thousand of them in a piece cost as much as a
 * thousand honest requests, before anybody could count them.
 */
function isFloodOfRequests(bytes: Buffer): boolean {
  let heads = 0;
  for (let at = bytes.indexOf(END_OF_HEAD); at !== -1; at = bytes.indexOf(END_OF_HEAD, at + 4)) {
    heads += 1;
    if (heads > MAX_HEADS) return true;
  }
  return false;
}

/** What listens to `event` hears of it once `passes` has said so. */
function standBefore<Args extends unknown[]>(
  server: Server,
  event: string,
  passes: (...args: Args) => boolean,
): void {
  const inner = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, (...args: Args) => {
    if (passes(...args)) for (const listener of inner) listener.apply(server, args);
  });
}

/** The two ends of a connection, by which the raw socket and the one that speaks TLS over it are the same. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
