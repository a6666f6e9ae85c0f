import type { WebSocket } from "ws";
import { liveCommand } from "../../contract/live.ts";

/** Close codes: RFC 6455, section 7.4.1. */
export const POLICY_VIOLATION = 1008;
export const TRY_AGAIN = 1013;

/** What a console shows now: a conversation's id, or none. */
type Watch = string | null;

export interface Commands {
  /** Works at the newest command, one at a time. A `work` that fails ends the connection: the console comes back. */
  follow(work: (watch: Watch) => Promise<void>): void;
}

/**
 * Hears a socket's commands from now on and keeps the newest until somebody follows them. Of those that come while one
 * is worked at, the last is enough: nobody can queue up work. What is no command ends the connection.
 */
export function hearCommands(socket: WebSocket): Commands {
  let newest: { readonly watch: Watch } | undefined;
  let work: ((watch: Watch) => Promise<void>) | undefined;
  let busy = false;

  const workOff = async () => {
    for (let command = newest; command !== undefined && work !== undefined; command = newest) {
      newest = undefined;
      await work(command.watch);
    }
  };
  const start = () => {
    if (busy) return;
    busy = true;
    void workOff()
      .catch(() => socket.close(TRY_AGAIN))
      .finally(() => {
        busy = false;
      });
  };

  socket.on("message", (data) => {
    const command = readCommand(data);
    if (command === undefined) return socket.close(POLICY_VIOLATION);
    newest = command;
    start();
  });
  return {
    follow(given) {
      work = given;
      start();
    },
  };
}

function readCommand(data: unknown): { watch: Watch } | undefined {
  try {
    const parsed = liveCommand.safeParse(JSON.parse(String(data)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
