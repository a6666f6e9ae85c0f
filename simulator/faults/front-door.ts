import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import { endConnection } from "./end-connection.ts";
import type { FaultBook } from "./fault-book.ts";

/** As Fastify's own. Longer than any pause in a talk with Wardroom. */
const KEEP_ALIVE_MS = 72_000;

/**
 * An HTTP server whose connections can end when they are accepted, or at their first byte, before anybody knows whom they
 * are for. While such a fault is armed, no connection is kept: each call comes on one of its own.
 */
export function openFrontDoor(faults: FaultBook, listener: RequestListener): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, listener);
  const serve = server.listeners("connection") as ((socket: Socket) => void)[];
  const stalled = new Set<Socket>();
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const cut = faults.take(["cut_connection"], { targets: [] })?.fault;
    if (cut === undefined) {
      for (const one of serve) one.call(server, socket);
      return;
    }
    stalled.add(socket);
    socket.on("error", () => undefined).once("close", () => stalled.delete(socket));
    if (cut.stage === "accept") endConnection(socket, cut.how);
    else socket.once("data", () => endConnection(socket, cut.how));
  });
  faults.onChange(() => {
    if (faults.isArmed("cut_connection")) server.closeIdleConnections();
  });
  const close = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    for (const socket of stalled) socket.destroy();
    close();
  };
  return server;
}
