import * as OTPAuth from "otpauth";
import { Agent, request } from "undici";
import type { Wardroom } from "../../server/compose.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
  readonly body: any;
}

/** A browser's worth of a client: cookies, our certificate authority, and the Origin header. */
export class TestSession {
  readonly #agent: Agent;
  readonly #base: string;
  readonly cookies = new Map<string, string>();

  constructor(base: string, authority: string | undefined) {
    this.#base = base;
    this.#agent = new Agent({ connect: authority === undefined ? {} : { ca: authority } });
  }

  get origin(): string {
    return this.#base;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** How the person unlocks a session that was locked; then what was asked is asked once more. */
  whenLocked: (() => Promise<unknown>) | undefined;

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.#ask(method, path, body, headers);
    const { whenLocked } = this;
    if (whenLocked === undefined || answer.body?.code !== "session.locked") return answer;
    this.whenLocked = undefined;
    await whenLocked();
    this.whenLocked = whenLocked;
    return this.#ask(method, path, body, headers);
  }

  async #ask(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const isBytes = Buffer.isBuffer(body);
    const sent = {
      origin: this.#base,
      // A person is behind it, and not a console that asks by itself.
      "wardroom-acted-ago": "0",
      ...(this.cookies.size === 0 ? {} : { cookie: this.cookieHeader }),
      ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
      ...headers,
    };
    const reply = await request(`${this.#base}${path}`, {
      method: method as "GET",
      dispatcher: this.#agent,
      // One that is given empty is left out.
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== "")),
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
    });
    this.#keepCookies(reply.headers["set-cookie"]);
    const text = Buffer.from(await reply.body.arrayBuffer());
    const isJson = String(reply.headers["content-type"] ?? "").includes("json");
    return {
      status: reply.statusCode,
      headers: reply.headers,
      body: isJson ? JSON.parse(text.toString()) : text,
    };
  }

  api(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.call(method, `/api/v1${path}`, body);
  }

  /** The body of a success; anything else fails the test with what came instead. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
  async get(path: string): Promise<any> {
    return expectOk(`GET ${path}`, await this.api("GET", path));
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer
  async post(path: string, body: unknown = undefined): Promise<any> {
    return expectOk(`POST ${path}`, await this.api("POST", path, body));
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #keepCookies(header: string | string[] | undefined): void {
    for (const line of header === undefined ? [] : [header].flat()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === "" || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

function expectOk(what: string, answer: Answer): Answer["body"] {
  if (answer.status === 200) return answer.body;
  throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

export function openSession(wardroom: Wardroom): TestSession {
  return new TestSession(`https://localhost:${wardroom.port}`, wardroom.authority?.certificate);
}

/** The code that an authenticator shows at a moment. Each works once: ask for another moment to sign in again. */
export function totpCode(secret: string, at: Date): string {
  return new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) }).generate({
    timestamp: at.getTime(),
  });
}

/** Signs in with both factors. */
export async function startSession(
  wardroom: Wardroom,
  login: {
    readonly email: string;
    readonly password: string;
    readonly totpSecret: string;
    readonly now: Date;
  },
): Promise<TestSession> {
  const session = openSession(wardroom);
  await session.post("/session", { email: login.email, password: login.password });
  await session.post("/session/factor", { totp: totpCode(login.totpSecret, login.now) });
  return session;
}
