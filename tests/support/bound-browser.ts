import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type Answer, TestSession } from "./test-session.ts";

export const BOUND_COOKIE = "__Host-wr-bound";

/** What a proof is made of; each part may be made wrong. */
export interface ProofParts {
  readonly key: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly challenge: string;
  /** Whether the public key goes along, as it does when it is registered. */
  readonly withKey?: true;
  readonly header?: Readonly<Record<string, unknown>>;
}

export const newDeviceKey = () => generateKeyPairSync("ec", { namedCurve: "prime256v1" });

/** A proof as Chrome writes it: compact JWS, ES256, `jti` alone in the payload. */
export function makeProof({ key, challenge, withKey, header }: ProofParts): string {
  const jwk = withKey === true ? { jwk: key.publicKey.export({ format: "jwk" }) } : {};
  const head = { alg: "ES256", typ: "dbsc+jwt", ...jwk, ...header };
  const text = [head, { jti: challenge }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(text), { key: key.privateKey, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

/** What browsers send by themselves carries no Origin, and nobody did anything. */
const BY_ITSELF = { origin: "", "wardroom-acted-ago": "" };

/**
 * A browser that does what Device Bound Session Credentials ask of one, with keys in memory: it registers one when an
 * answer offers that, keeps the short cookie no longer than it may, and holds a request back until it has another.
 */
export class BoundBrowser extends TestSession {
  readonly #now: () => Date;
  key = newDeviceKey();
  /** By what it names its binding; undefined while it has none. */
  bindingId: string | undefined;
  /** The newest offer, and the newest proof that it renewed with: what an eavesdropper would have. */
  offer: string | undefined;
  lastProof: string | undefined;
  renewals = 0;
  /** Whether answers to what it registers get lost on their way. */
  losesAnswers = false;
  #goodUntilMs = 0;

  constructor(base: string, authority: string | undefined, now: () => Date) {
    super(base, authority);
    this.#now = now;
  }

  override async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    if (this.bindingId !== undefined && this.#isCookieGone()) await this.renew();
    const answer = await super.call(method, path, body, headers);
    const offer = answer.headers["secure-session-registration"];
    if (typeof offer === "string") await this.register(offer);
    return answer;
  }

  /** Makes a key and has the session bound to it, as an answer offered. */
  async register(offer: string): Promise<void> {
    this.offer = offer;
    const [, path = "", challenge = ""] = /;path="([^"]*)";challenge="([^"]*)"/.exec(offer) ?? [];
    this.key = newDeviceKey();
    const before = new Map(this.cookies);
    const proof = makeProof({ key: this.key, challenge, withKey: true });
    const answer = await super.call("POST", path, undefined, {
      ...BY_ITSELF,
      "secure-session-response": proof,
    });
    if (this.losesAnswers) {
      this.cookies.clear();
      for (const [name, value] of before) this.cookies.set(name, value);
    } else if (answer.status === 200) this.#follow(answer);
  }

  /** Shows the key again, and has a new cookie; undefined where it was told that there is nothing to renew. */
  async renew(): Promise<void> {
    this.renewals += 1;
    const first = await this.askToRenew();
    const challenge = challengeOf(first);
    if (challenge === undefined) {
      this.bindingId = undefined;
      return;
    }
    this.lastProof = makeProof({ key: this.key, challenge });
    const answer = await this.askToRenew(this.lastProof);
    if (answer.status === 200) this.#follow(answer);
  }

  /** One request to renew, with whatever proof. */
  askToRenew(proof?: string, bindingId = this.bindingId): Promise<Answer> {
    return super.call("POST", "/api/v1/session/binding/renew", undefined, {
      ...BY_ITSELF,
      "sec-secure-session-id": bindingId ?? "",
      "secure-session-response": proof ?? "",
    });
  }

  #follow(answer: Answer): void {
    this.bindingId = answer.body.session_identifier;
    const line = [answer.headers["set-cookie"] ?? []].flat().find((one) => one.startsWith(BOUND_COOKIE));
    this.#goodUntilMs = this.#now().getTime() + Number(/max-age=(\d+)/i.exec(line ?? "")?.[1]) * 1000;
  }

  #isCookieGone(): boolean {
    if (this.#now().getTime() >= this.#goodUntilMs) this.cookies.delete(BOUND_COOKIE);
    return !this.cookies.has(BOUND_COOKIE);
  }
}

/** What a browser is asked to sign before it gets another cookie. */
export function challengeOf(answer: Answer): string | undefined {
  const header = answer.headers["secure-session-challenge"];
  return typeof header === "string" ? /^"([^"]*)";id=/.exec(header)?.[1] : undefined;
}
