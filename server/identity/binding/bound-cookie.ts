import { randomBytes } from "node:crypto";
import type { WorkspaceVault } from "../../vault/vault.ts";

/**
 * How long a bound session is good without its key being shown again, in ms. Ours: a thief of all cookies has what is
 * left of it. Chrome signs 6 times in 9 minutes at the most and renews 2 minutes early (net/device_bound_sessions,
 * 2026), so a shorter one could leave a browser that also signs in without its cookie.
 */
export const BOUND_COOKIE_MS = 10 * 60 * 1000;

/** How much longer we take it than the browser keeps it, in ms. Ours: a request on its way, and clocks that drift. */
export const BOUND_SLACK_MS = 30 * 1000;

const LABEL = "identity_bound_cookie";
const EXPIRY_BYTES = 8;
const RANDOM_BYTES = 16;
const PROOF_BYTES = 32;
const BYTES = EXPIRY_BYTES + RANDOM_BYTES + PROOF_BYTES;

/**
 * A cookie's value that says until when this binding's key was shown. Nothing is stored for it: several may be good at
 * the same time, as when two renewals cross. It differs with every renewal, as browsers expect.
 */
export function newBoundCookie(installation: WorkspaceVault, bindingId: string, now: Date): string {
  const expiry = Buffer.alloc(EXPIRY_BYTES);
  expiry.writeBigUInt64BE(BigInt(now.getTime() + BOUND_COOKIE_MS + BOUND_SLACK_MS));
  const head = Buffer.concat([expiry, randomBytes(RANDOM_BYTES)]);
  return Buffer.concat([head, installation.mac(LABEL, [bindingId, head])]).toString("base64url");
}

/** Until when it is good, or what is wrong with it. These words go into the log. */
export type CookieVerdict = { readonly until: Date } | "missing" | "expired" | "not_of_this_session";

export function judgeBoundCookie(
  installation: WorkspaceVault,
  given: { readonly bindingId: string; readonly cookie: string | undefined; readonly now: Date },
): CookieVerdict {
  if (given.cookie === undefined || given.cookie === "") return "missing";
  const bytes = Buffer.from(given.cookie, "base64url");
  if (bytes.length !== BYTES) return "not_of_this_session";
  const head = bytes.subarray(0, EXPIRY_BYTES + RANDOM_BYTES);
  if (!installation.isMac(LABEL, [given.bindingId, head], bytes.subarray(head.length)))
    return "not_of_this_session";
  const until = new Date(Number(head.readBigUInt64BE(0)));
  return until <= given.now ? "expired" : { until };
}
