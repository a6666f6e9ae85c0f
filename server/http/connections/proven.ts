import type { Socket } from "node:net";

const provers = new WeakMap<Socket, () => void>();

/** What to do once somebody whom we know has spoken on `socket`. */
export function onProven(socket: Socket, prove: () => void): void {
  provers.set(socket, prove);
}

/** Somebody whom we know has spoken on this connection: from now on it is not a stranger's. */
export function noteProven(socket: Socket): void {
  provers.get(socket)?.();
}
