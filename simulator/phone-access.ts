import { createHash, randomBytes } from "node:crypto";
import type { PhoneSessionRecord } from "./records.ts";
import type { State } from "./state.ts";

const LINK_LIFE_MS = 10 * 60 * 1_000;
/** A working day; longer than any sitting at the simulator. Ours. */
const SESSION_LIFE_MS = 12 * 60 * 60 * 1_000;

interface Link {
  readonly phoneNumberId: string;
  readonly language: "en" | "ar";
  readonly expiresAt: number;
}

/** One-time links to the phone page, and the bearers they are exchanged for. Only hashes are kept; links die with the process. */
export class PhoneAccess {
  readonly #state: State;
  readonly #now: () => number;
  readonly #links = new Map<string, Link>();

  constructor(state: State, now: () => number) {
    this.#state = state;
    this.#now = now;
    for (const session of state.list("phoneSession")) {
      if (session.expiresAt <= now()) state.remove("phoneSession", session.tokenHash);
    }
  }

  createLink(input: { phoneNumberId: string; language: "en" | "ar" }): string {
    const token = randomBytes(32).toString("base64url");
    this.#links.set(hashOf(token), { ...input, expiresAt: this.#now() + LINK_LIFE_MS });
    return token;
  }

  /** Undefined for a link that is unknown, used or too old; each works once. */
  exchange(token: string): { bearer: string; session: PhoneSessionRecord } | undefined {
    const link = this.#links.get(hashOf(token));
    this.#links.delete(hashOf(token));
    if (link === undefined || link.expiresAt <= this.#now()) return undefined;
    const bearer = randomBytes(32).toString("base64url");
    const session: PhoneSessionRecord = {
      tokenHash: hashOf(bearer),
      phoneNumberId: link.phoneNumberId,
      language: link.language,
      expiresAt: this.#now() + SESSION_LIFE_MS,
    };
    this.#state.put("phoneSession", session.tokenHash, session);
    return { bearer, session };
  }

  findSession(authorization: string | undefined): PhoneSessionRecord | undefined {
    const bearer = /^Bearer ([\w-]{43})$/.exec(authorization ?? "")?.[1];
    const session = bearer === undefined ? undefined : this.#state.find("phoneSession", hashOf(bearer));
    return session !== undefined && session.expiresAt > this.#now() ? session : undefined;
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
