import pg from "pg";
import type { Logger } from "./log.ts";
import type { Secret } from "./secret.ts";

/** How long to wait before listening again after the connection broke, in ms. */
const RECONNECT_MS = 500;

export interface ListenOptions {
  readonly url: Secret<string>;
  readonly channel: string;
  readonly log: Logger;
  readonly onPayload: (payload: string) => void;
  /** Something may have been missed: after each new connection but the first. */
  readonly onGap: () => void;
}

/**
 * Listens to a channel of PostgreSQL on a connection of its own, for as long as it is not disposed. Notifications that
 * come while it is away are lost: hence `onGap`.
 */
export async function listen(options: ListenOptions): Promise<AsyncDisposable> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: options.url.reveal(), application_name: "wardroom live" });
    next.on("error", () => undefined); // "end" follows and reconnects
    next.on("notification", ({ payload }) => options.onPayload(payload ?? ""));
    await next.connect();
    next.once("end", () => {
      if (!closed) again();
    });
    await next.query(`listen ${next.escapeIdentifier(options.channel)}`);
    client = next;
    if (closed) await next.end();
  };

  const again = (): void => {
    options.log.warn({ channel: options.channel }, "listening again after a broken connection");
    timer = setTimeout(() => {
      connect().then(options.onGap, () => {
        if (!closed) again();
      });
    }, RECONNECT_MS);
  };

  await connect();
  return {
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
