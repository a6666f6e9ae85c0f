import type { LiveCommand, LiveEvent } from "../../../contract/live.ts";
import { liveEvent } from "../../../contract/live.ts";

/** First wait before trying again, and the longest, in ms; doubled each time, with jitter, so that a restarted
    server is not met by all consoles at once. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** RFC 6455, section 7.4.1: with which the server turns a socket away. */
const POLICY_VIOLATION = 1008;

export interface LiveState {
  readonly connected: boolean;
  /** When the connection was lost, in ms since 1970: what is shown is the state of then. */
  readonly lostAt: number | undefined;
}

export interface LiveSocketOptions {
  readonly url: string;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: LiveState) => void;
  readonly random?: () => number;
}

/**
 * The WebSocket to the server, opened again for ever until disposed. A `hello` after a loss becomes a `gap`: from then
 * on we are told, and what was asked before it may have been answered with something older. What does not parse is
 * passed over: a newer server may say more.
 */
export class LiveSocket implements Disposable {
  readonly #options: LiveSocketOptions;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #lostAt: number | undefined;
  #wasLost = false;
  #watched: string | null = null;
  #disposed = false;

  constructor(options: LiveSocketOptions) {
    this.#options = options;
    this.#open();
  }

  /** Which conversation is shown; said again after each reconnection. */
  watch(conversationId: string | null): void {
    this.#watched = conversationId;
    this.#say({ watch: conversationId });
  }

  /** Tries at once: the network came back, or somebody looks at the page again. */
  retryNow(): void {
    if (this.#disposed || this.#socket !== undefined) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  /** The network went away: a dead connection would notice only minutes later. */
  drop(): void {
    this.#socket?.close();
    this.#lost(this.#socket);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #open(): void {
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => this.#ready(socket);
    socket.onmessage = (message) => this.#hear(socket, message.data);
    socket.onclose = ({ code }) => {
      // It was not let in: whoever hears it asks how the session stands.
      if (code === POLICY_VIOLATION && this.#socket === socket)
        this.#options.onEvent({ event: "signed_out" });
      this.#lost(socket);
    };
  }

  #ready(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#failures = 0;
    this.#lostAt = undefined;
    if (this.#watched !== null) this.#say({ watch: this.#watched });
    this.#options.onState({ connected: true, lostAt: undefined });
  }

  #hear(socket: WebSocket, data: unknown): void {
    if (this.#socket !== socket || typeof data !== "string") return;
    const event = liveEvent.safeParse(parseJson(data));
    if (!event.success) return;
    const isBack = event.data.event === "hello" && this.#wasLost;
    this.#options.onEvent(isBack ? { event: "gap" } : event.data);
  }

  #lost(socket: WebSocket | undefined): void {
    if (this.#disposed || socket === undefined || this.#socket !== socket) return;
    this.#socket = undefined;
    this.#wasLost = true;
    this.#lostAt ??= Date.now();
    this.#options.onState({ connected: false, lostAt: this.#lostAt });
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    const random = this.#options.random ?? Math.random;
    this.#timer = setTimeout(() => this.#open(), longest * (0.5 + random() / 2));
  }

  #say(command: LiveCommand): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
