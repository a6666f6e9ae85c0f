import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher } from "undici";

/** Ours: Meta publishes none (facts.md, 1.3). */
const CALLBACK_TIMEOUT_MS = 20_000;
const CALLBACK_CONNECTIONS = 16;
const LOOPBACK_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface CallbackAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * The only way out of the simulator, and it ends on this machine: any other host is refused, redirects are not
 * followed. Plain http is allowed on loopback for tests; Meta itself wants TLS.
 */
export class CallbackClient implements AsyncDisposable {
  readonly #cas: string[] = [];
  #agent: Agent;

  constructor(callbackCa: string | undefined) {
    if (callbackCa !== undefined) this.#cas.push(callbackCa);
    this.#agent = agentWith(this.#cas);
  }

  /** Certificates of this authority (PEM), too, are good from now on. What is on its way ends as it began. */
  trust(callbackCa: string): void {
    if (this.#cas.includes(callbackCa)) return;
    this.#cas.push(callbackCa);
    void this.#agent.close();
    this.#agent = agentWith(this.#cas);
  }

  async verify(callbackUrl: string, verifyToken: string, challenge: string): Promise<CallbackAnswer> {
    const address = new URL(callbackUrl);
    address.searchParams.set("hub.mode", "subscribe");
    address.searchParams.set("hub.challenge", challenge);
    address.searchParams.set("hub.verify_token", verifyToken);
    return this.#ask(address, { method: "GET", headers: {} });
  }

  async post(
    callbackUrl: string,
    bytes: Buffer,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<CallbackAnswer> {
    return this.#ask(new URL(callbackUrl), {
      method: "POST",
      body: bytes,
      headers: { "content-type": "application/json", ...headers },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask(
    address: URL,
    request: Pick<Dispatcher.RequestOptions, "method" | "body" | "signal"> & {
      headers: Record<string, string>;
    },
  ) {
    if (!isLoopbackAddress(address)) throw new Error("simulator: a callback must be on this machine");
    const answer = await this.#agent.request({
      origin: address.origin,
      path: address.pathname + address.search,
      ...request,
      headers: { accept: "*/*", "user-agent": "wardroom-simulator/1 (not Meta)", ...request.headers },
    });
    return { status: answer.statusCode, body: (await answer.body.text()).slice(0, 4_096) };
  }
}

function agentWith(cas: readonly string[]): Agent {
  return new Agent({
    connections: CALLBACK_CONNECTIONS,
    headersTimeout: CALLBACK_TIMEOUT_MS,
    bodyTimeout: CALLBACK_TIMEOUT_MS,
    connectTimeout: 5_000,
    connect: cas.length === 0 ? {} : { ca: [...rootCertificates, ...cas] },
  });
}

export function isLoopbackAddress(address: URL): boolean {
  const isWeb = address.protocol === "https:" || address.protocol === "http:";
  return isWeb && LOOPBACK_HOSTS.test(address.hostname);
}
