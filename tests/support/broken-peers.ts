import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A server on this machine that breaks as it is told, with every socket it holds. */
export interface BrokenPeer extends AsyncDisposable {
  readonly port: number;
}

export async function listenOn(server: Server): Promise<BrokenPeer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

/** As soon as somebody connects, before a byte is read. */
export function onConnect(act: (socket: Socket) => void): Promise<BrokenPeer> {
  return listenOn(createServer((socket) => act(socket)));
}

/** As soon as the first bytes are there. */
export function onFirstBytes(act: (socket: Socket) => void): Promise<BrokenPeer> {
  return listenOn(createServer((socket) => socket.once("data", () => act(socket))));
}

/** Once the whole request was read. */
export function onRequest(act: (socket: Socket) => void): Promise<BrokenPeer> {
  return listenOn(
    createServer((socket) => {
      let read = "";
      socket.on("data", (bytes) => {
        read += bytes.toString("latin1");
        const [head = "", body] = read.split("\r\n\r\n", 2);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
        if (body !== undefined && body.length >= length) act(socket);
      });
    }),
  );
}

/** The whole request was read, and these bytes come back as they stand; then silence on an open connection. */
export function saying(bytes: string): Promise<BrokenPeer> {
  return onRequest((socket) => socket.write(bytes));
}

/** The same, and then the connection ends. */
export function sayingAndCut(bytes: string): Promise<BrokenPeer> {
  return onRequest((socket) => socket.end(bytes));
}

/** A proper answer. */
export function answering(
  status: number,
  body: string,
  headers: readonly string[] = [],
): Promise<BrokenPeer> {
  return saying(answerOf(status, body, headers));
}

export function answerOf(status: number, body: string, headers: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${status} X`, `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** TLS with a certificate that nobody knows. */
export function withCertificate(certificate: { key: string; cert: string }): Promise<BrokenPeer> {
  return listenOn(createTlsServer(certificate, (_request, reply) => void reply.end()));
}
