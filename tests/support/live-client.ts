import { once } from "node:events";
import { WebSocket } from "ws";
import type { LiveCommand, LiveEvent } from "../../contract/live.ts";
import type { Wardroom } from "../../server/compose.ts";
import type { TestSession } from "./test-session.ts";
import { until } from "./until.ts";

/** A console's socket: what it was told, and how it ended. */
export class LiveClient {
  readonly events: LiveEvent[] = [];
  /** Close code, once closed. */
  closed: number | undefined;
  readonly #socket: WebSocket;

  constructor(wardroom: Wardroom, session: TestSession, headers: Record<string, string> = {}) {
    this.#socket = new WebSocket(`wss://localhost:${wardroom.port}/api/v1/live`, {
      ca: wardroom.authority?.certificate,
      headers: { origin: session.origin, cookie: session.cookieHeader, ...headers },
    });
    this.#socket.on("message", (data) => this.events.push(JSON.parse(String(data))));
    this.#socket.on("close", (code) => {
      this.closed = code;
    });
    this.#socket.on("error", () => {
      this.closed ??= 1006;
    });
  }

  /** Resolves once it was greeted; fails when it was sent away. */
  async greeted(): Promise<this> {
    await until(async () => this.events.length > 0 || this.closed !== undefined);
    if (this.events[0]?.event !== "hello") throw new Error(`the socket was closed with ${this.closed}`);
    return this;
  }

  send(command: LiveCommand): void {
    this.#socket.send(JSON.stringify(command));
  }

  /** The first event after `from` that fits; waits for it. */
  async next<Kind extends LiveEvent["event"]>(
    event: Kind,
    fits: (event: Extract<LiveEvent, { event: Kind }>) => boolean = () => true,
    from = 0,
  ): Promise<Extract<LiveEvent, { event: Kind }>> {
    const find = () =>
      this.events
        .slice(from)
        .find(
          (one): one is Extract<LiveEvent, { event: Kind }> =>
            one.event === event && fits(one as Extract<LiveEvent, { event: Kind }>),
        );
    await until(async () => find() !== undefined);
    return find() as Extract<LiveEvent, { event: Kind }>;
  }

  async close(): Promise<void> {
    if (this.closed !== undefined) return;
    const ended = once(this.#socket, "close");
    this.#socket.close();
    await ended;
  }
}
