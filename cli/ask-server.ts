import { existsSync } from "node:fs";
import type { Config } from "../server/config/config.ts";
import { askControlSocket } from "../server/platform/ask-control-socket.ts";
import { StartFault } from "../server/platform/start-fault.ts";

/** Asks the server that runs on this data folder; undefined when none does. What it refuses is a StartFault. */
export async function askServer(config: Config, command: string, params?: unknown): Promise<unknown> {
  if (!existsSync(config.dataDir)) return undefined;
  const reply = await askControlSocket(config.dataDir, command, params);
  if (reply === undefined) return undefined;
  if (reply.ok) return reply.result;
  throw new StartFault(`Wardroom refused: ${reply.code}.`, "docs/errors.md says what the code means.");
}
