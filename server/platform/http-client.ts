import { isIP } from "node:net";
import { TLSSocket } from "node:tls";
import { Agent, buildConnector } from "undici";
import { type AddressRule, guardedLookup, isLoopbackAddress, isPublicAddress } from "./address-guard.ts";
import { openExchange } from "./http-exchange.ts";
import { HttpFailure } from "./http-failure.ts";
import type { HttpReply, HttpRequest, HttpStream } from "./http-message.ts";

/**
 * The one way out of the house: HTTPS to the origins it was made for, to public addresses only, no redirect
 * followed, every wait bounded, every size bounded, and each failure says whether the request can have left.
 *
 * HTTP/1.1 without pipelining or retries: that is what makes "not sent" provable. Proxies from the environment
 * are not used.
 */
export interface HttpClient extends AsyncDisposable {
  /** The whole reply in memory, at most `maxBytes`. Throws HttpFailure. */
  send(request: HttpRequest): Promise<HttpReply>;
  /** The reply as its headers arrive. Read `body` to its end, break out of it, or call `discard`. */
  open(request: HttpRequest): Promise<HttpStream>;
  /** The TLS version last agreed on with an origin, "TLSv1.3" say; undefined before the first connection. */
  tlsVersion(origin: string): string | undefined;
}

export interface HttpClientOptions {
  /** The origins that may be called, all https: "https://graph.facebook.com". */
  readonly origins: readonly string[];
  /** Origins on this machine that we started ourselves (the simulator): plain http, and only to loopback. */
  readonly loopbackOrigins?: readonly string[];
  /** Certificate authorities (PEM) instead of Node's, for an installation that has its own. */
  readonly authorities?: string;
  readonly connectTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
  /** Between two pieces of the reply. */
  readonly bodyTimeoutMs?: number;
  readonly deadlineMs?: number;
  readonly maxBytes?: number;
  /** Open connections per origin; further requests wait, within their deadline. */
  readonly maxConnections?: number;
}

/** Ours. Long enough for a slow Graph call; what takes longer would hold a sender for no use. */
const DEFAULTS = {
  connectTimeoutMs: 5_000,
  headersTimeoutMs: 20_000,
  bodyTimeoutMs: 20_000,
  deadlineMs: 30_000,
  maxBytes: 1024 * 1024,
  maxConnections: 64,
};

type Settings = Omit<HttpClientOptions, keyof typeof DEFAULTS> & typeof DEFAULTS;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const settings: Settings = { ...DEFAULTS, ...options };
  const tlsVersions = new Map<string, string>();
  const toPublic = createAgent(settings, isPublicAddress, tlsVersions);
  const toLoopback = createAgent(settings, isLoopbackAddress, tlsVersions);
  const agents = new Map<string, Agent>();
  for (const origin of options.origins) agents.set(originOf(origin, ["https:"]), toPublic);
  for (const origin of options.loopbackOrigins ?? []) {
    agents.set(originOf(origin, ["http:", "https:"]), toLoopback);
  }

  const open = async (request: HttpRequest) => {
    const url = URL.parse(String(request.url));
    const agent = url === null ? undefined : agents.get(url.origin);
    if (url === null || agent === undefined) throw new HttpFailure("not_sent", "origin_refused");
    const { maxBytes, deadlineMs } = settings;
    return openExchange(agent, url, { maxBytes, deadlineMs, ...request });
  };
  return {
    open,
    async send(request) {
      const { status, headers, body } = await open(request);
      const pieces: Buffer[] = [];
      for await (const piece of body) pieces.push(piece);
      return { status, headers, body: Buffer.concat(pieces) };
    },
    tlsVersion: (origin) => tlsVersions.get(origin),
    async [Symbol.asyncDispose]() {
      await Promise.all([toPublic.destroy(), toLoopback.destroy()]);
    },
  };
}

function originOf(text: string, protocols: readonly string[]): string {
  const url = new URL(text);
  if (url.origin !== text || !protocols.includes(url.protocol)) {
    throw new Error(`Not an origin that this client may call: ${text}`);
  }
  return url.origin;
}

function createAgent(settings: Settings, rule: AddressRule, tlsVersions: Map<string, string>): Agent {
  const connect = buildConnector({
    allowH2: false,
    timeout: settings.connectTimeoutMs,
    minVersion: "TLSv1.2",
    lookup: guardedLookup(rule),
    ...(settings.authorities === undefined ? {} : { ca: settings.authorities }),
  });
  return new Agent({
    connections: settings.maxConnections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: settings.headersTimeoutMs,
    bodyTimeout: settings.bodyTimeoutMs,
    connect: (target, callback) => {
      const literal = target.hostname.replace(/^\[(.*)\]$/, "$1");
      if (isIP(literal) !== 0 && !rule(literal)) {
        callback(new HttpFailure("not_sent", "address_refused"), null);
        return;
      }
      connect(target, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        const version = socket instanceof TLSSocket ? socket.getProtocol() : null;
        if (version !== null)
          tlsVersions.set(`${target.protocol}//${target.host ?? target.hostname}`, version);
        callback(null, socket);
      });
    },
  });
}
