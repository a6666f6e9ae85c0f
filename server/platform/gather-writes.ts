import type { Duplex } from "node:stream";
import type pg from "pg";

/**
 * What a connection's statements write in one turn of the event loop leaves in one system call: it is the call, and the
 * waking of the process at the other end, that costs, and not the bytes.
 */
export function gatherWrites(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  let isGathering = false;
  const release = (): void => {
    isGathering = false;
    stream.uncork();
  };
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  const gathered = (...args: readonly unknown[]): unknown => {
    if (!isGathering) {
      isGathering = true;
      stream.cork();
      process.nextTick(release);
    }
    return query(...args);
  };
  client.query = gathered as typeof client.query;
}
