import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { CONTROL_REPLY, type ControlReply, controlSocketPath } from "./control-socket.ts";

/** How long a command may take, in ms: a drill or a backup is started, not awaited. Ours. */
const TIMEOUT_MS = 60_000;

/** Asks the Wardroom that runs on `dataFolder`; undefined when none does. */
export async function askControlSocket(
  dataFolder: string,
  command: string,
  params: unknown,
): Promise<ControlReply | undefined> {
  const connection = await tryConnect(controlSocketPath(dataFolder));
  if (connection === undefined) return undefined;
  try {
    connection.setTimeout(TIMEOUT_MS, () =>
      connection.destroy(new Error("the running Wardroom does not answer")),
    );
    connection.write(`${JSON.stringify({ command, params })}\n`);
    for await (const line of createInterface({ input: connection }))
      return CONTROL_REPLY.parse(JSON.parse(line));
    throw new Error("the running Wardroom closed the connection without an answer");
  } finally {
    connection.destroy();
  }
}

async function tryConnect(path: string): Promise<Socket | undefined> {
  const connection = connect(path);
  try {
    await once(connection, "connect");
    return connection;
  } catch (error) {
    if (
      error instanceof Error &&
      "code" in error &&
      (error.code === "ENOENT" || error.code === "ECONNREFUSED")
    ) {
      return undefined;
    }
    throw error;
  }
}
