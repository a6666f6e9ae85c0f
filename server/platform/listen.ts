import pg from "pg";
import type { Logger } from "./log.ts";
import type { Secret } from "./secret.ts";

/** How long to wait before listening again after the connection broke, in ms. */
const RECONNECT_MS = 500;

/** See `checkMs`. */
const CHECK_MS = 20_000;

export interface ListenOptions {
  readonly url: Secret<string>;
  readonly channel: string;
  readonly log: Logger;
  readonly onPayload: (payload: string) => void;
  /** Something may have been missed: after each new connection but the first. */
  readonly onGap: () => void;
  /**
   * How often an idle line is asked whether it stands, and how long the answer may take, in ms. Ours: who only listens
   * never notices that a firewall has forgotten the connection, and would hear nothing more for ever.
   */
  readonly checkMs?: number;
}

/**
 * Listens to a channel of PostgreSQL on a connection of its own, for as long as it is not disposed. Notifications that
 * come while it is away are lost: hence `onGap`. Rejects when the first connection fails.
 */
export async function listen(options: ListenOptions): Promise<AsyncDisposable> {
  const ended = new AbortController();
  const first = await connect(options);
  const kept = keep(options, first, ended.signal);
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await kept;
    },
  };
}

/** One line after the other, never two at once: two would tell everything twice. */
async function keep(options: ListenOptions, first: pg.Client, ended: AbortSignal): Promise<void> {
  let line: pg.Client | undefined = first;
  while (!ended.aborted) {
    if (line !== undefined) {
      await untilBroken(line, options.checkMs ?? CHECK_MS, ended);
      await line.end().catch(() => undefined);
      if (ended.aborted) return;
      options.log.warn({ channel: options.channel }, "listening again after a broken connection");
    }
    await pause(RECONNECT_MS, ended);
    if (ended.aborted) return;
    line = await connect(options).catch(() => undefined);
    if (line !== undefined) options.onGap();
  }
  await line?.end().catch(() => undefined);
}

async function connect({ url, channel, onPayload, checkMs }: ListenOptions): Promise<pg.Client> {
  const answerMs = checkMs ?? CHECK_MS;
  const client = new pg.Client({
    connectionString: url.reveal(),
    application_name: "wardroom live",
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    keepAlive: true,
  });
  client.on("error", () => undefined); // "end" follows
  client.on("notification", ({ payload }) => onPayload(payload ?? ""));
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

/** Resolves when the line is gone, does not answer, or is not wanted any more. */
async function untilBroken(line: pg.Client, checkMs: number, ended: AbortSignal): Promise<void> {
  const gone = new AbortController();
  line.once("end", () => gone.abort());
  const over = AbortSignal.any([gone.signal, ended]);
  while (!over.aborted) {
    await pause(checkMs, over);
    if (over.aborted) return;
    const stands = await line.query("select 1").then(
      () => true,
      () => false,
    );
    if (!stands) return;
  }
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ended.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    ended.addEventListener("abort", done);
    if (ended.aborted) done();
  });
}
