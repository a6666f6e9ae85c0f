import type { Socket } from "node:net";
import type { Ending } from "./fault.ts";

/** `reset`: RST, as from a crashed peer. `close`: FIN, as from one that stops. `stall`: nothing any more, neither read nor written. */
export function endConnection(socket: Socket, how: Ending): void {
  if (how === "reset") socket.resetAndDestroy();
  else if (how === "close") socket.destroySoon();
  else socket.pause();
}
