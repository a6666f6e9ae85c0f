import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { Logger } from "./log.ts";
import { Refusal } from "./refusal.ts";
import { socketFolder } from "./socket-folder.ts";

/** One command of the command line while the server runs. It parses `params` itself: they come from outside. */
export type ControlHandler = (params: unknown) => Promise<unknown>;

export interface ControlSocket extends AsyncDisposable {
  readonly path: string;
}

export const CONTROL_REQUEST = z.strictObject({
  command: z.string().max(100),
  params: z.unknown().optional(),
});

/** `code` is a Refusal's, or "platform.internal" for what the server's log explains. */
export const CONTROL_REPLY = z.discriminatedUnion("ok", [
  z.strictObject({ ok: z.literal(true), result: z.unknown() }),
  z.strictObject({ ok: z.literal(false), kind: z.string(), code: z.string() }),
]);
export type ControlReply = z.infer<typeof CONTROL_REPLY>;

/** A request beyond this many characters is no command of ours; the connection is closed. */
const MAX_REQUEST_LENGTH = 1_048_576;

const SOCKET_NAME = "wardroom.sock";

/** Where the socket of a data folder is. Its own folder is 0700: who can open it, is the owner. */
export function controlSocketPath(dataFolder: string): string {
  const owner = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  return join(socketFolder(join(dataFolder, "control"), SOCKET_NAME, owner), SOCKET_NAME);
}

/**
 * Answers the command line on a socket in the data folder: a JSON object a line, and one back for each, in order.
 * The caller holds the folder's lock, so a socket that lies there is left from a Wardroom that was killed.
 */
export async function openControlSocket(options: {
  readonly dataFolder: string;
  readonly handlers: Readonly<Record<string, ControlHandler>>;
  /** What a command that has no handler is told; without it that it is not known. */
  readonly otherwise?: ControlHandler;
  readonly log: Logger;
}): Promise<ControlSocket> {
  const path = controlSocketPath(options.dataFolder);
  rmSync(path, { force: true });
  const handlers = new Map(Object.entries(options.handlers));
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
    connection.on("error", () => connection.destroy());
    void serve(connection, { handlers, otherwise: options.otherwise ?? unknownCommand }, options.log);
  });
  await listen(server, path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.destroySoon();
      await closed;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve();
    });
  });
}

interface Answers {
  readonly handlers: ReadonlyMap<string, ControlHandler>;
  readonly otherwise: ControlHandler;
}

async function unknownCommand(): Promise<never> {
  throw new Refusal("not_found", "platform.unknown_command");
}

async function serve(connection: Socket, answers: Answers, log: Logger): Promise<void> {
  let length = 0;
  connection.on("data", (chunk) => {
    length += chunk.length;
    if (length > MAX_REQUEST_LENGTH) connection.destroy();
  });
  for await (const line of createInterface({ input: connection, crlfDelay: Number.POSITIVE_INFINITY })) {
    length = 0;
    const reply = await answer(line, answers, log);
    if (connection.writable) connection.write(`${JSON.stringify(reply)}\n`);
  }
}

async function answer(line: string, { handlers, otherwise }: Answers, log: Logger): Promise<ControlReply> {
  try {
    const { command, params } = parseRequest(line);
    const handler = handlers.get(command) ?? otherwise;
    return { ok: true, result: (await handler(params)) ?? null };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, kind: error.kind, code: error.code };
    log.error({ error }, "a command of the command line failed");
    return { ok: false, kind: "internal", code: "platform.internal" };
  }
}

function parseRequest(line: string): z.infer<typeof CONTROL_REQUEST> {
  try {
    return CONTROL_REQUEST.parse(JSON.parse(line));
  } catch (error) {
    throw new Refusal("invalid", "platform.malformed_command", { cause: error });
  }
}
