import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Somebody on the way between a client and a server of this machine. */
export interface WireTap extends AsyncDisposable {
  /** Where the client is to connect. */
  readonly port: number;
  /** All that the client has sent, byte for byte. */
  sent(): string;
}

export interface WireTapOptions {
  /** What is changed of what the server says, before the client hears it. */
  readonly bend?: (said: string) => string;
}

export async function openWireTap(
  targetPort: number,
  { bend = (said) => said }: WireTapOptions = {},
): Promise<WireTap> {
  const heard: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => other.destroy());
    }
    client.on("data", (bytes: Buffer) => {
      heard.push(bytes);
      target.write(bytes);
    });
    target.on("data", (bytes: Buffer) => client.write(Buffer.from(bend(bytes.toString("latin1")), "latin1")));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(heard).toString("latin1"),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
