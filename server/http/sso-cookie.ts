import type { CookieSerializeOptions } from "@fastify/cookie";
import { ATTEMPT_MS } from "../identity/sso/attempt.ts";
import type { Secret } from "../platform/secret.ts";

/** Ties a round trip to the browser that began it. */
export const SSO_COOKIE = "__Host-wr-sso";

/** Lax, unlike all others: the provider's redirect back is another site's, and must carry it. It opens nothing alone. */
const COOKIE: CookieSerializeOptions = { path: "/", secure: true, httpOnly: true, sameSite: "lax" };

export function setSsoCookie(
  jar: { setCookie(name: string, value: string, options: CookieSerializeOptions): unknown },
  browser: Secret<string>,
): void {
  jar.setCookie(SSO_COOKIE, browser.reveal(), { ...COOKIE, maxAge: ATTEMPT_MS / 1000 });
}

export function clearSsoCookie(jar: {
  clearCookie(name: string, options: CookieSerializeOptions): unknown;
}): void {
  jar.clearCookie(SSO_COOKIE, COOKIE);
}
