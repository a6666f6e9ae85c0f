import type { CookieSerializeOptions } from "@fastify/cookie";
import { BOUND_COOKIE_MS } from "../identity/binding/bound-cookie.ts";
import { BOUND_COOKIE } from "./read-presence.ts";

/** As a `__Host-` cookie must be (RFC 6265bis, section 4.1.3.2), out of reach of scripts and of other sites. */
export const GUARDED: CookieSerializeOptions = {
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "strict",
};

/** GUARDED in the words of a Set-Cookie line: a browser that finds others on the cookie gives the binding up. */
export const GUARDED_WORDS = "Path=/; Secure; HttpOnly; SameSite=Strict";

interface BoundCookieJar {
  setCookie(name: string, value: string, options: CookieSerializeOptions): void;
  clearCookie(name: string, options: CookieSerializeOptions): void;
}

/** `endsAt`: the browser keeps it no longer than the session lasts. */
export function setBoundCookie(
  jar: Pick<BoundCookieJar, "setCookie">,
  given: { readonly cookie: string; readonly endsAt: Date; readonly now: Date },
): void {
  const leftMs = given.endsAt.getTime() - given.now.getTime();
  const maxAge = Math.max(1, Math.floor(Math.min(BOUND_COOKIE_MS, leftMs) / 1000));
  jar.setCookie(BOUND_COOKIE, given.cookie, { ...GUARDED, maxAge });
}

/** So that the browser, which would keep one that we take no more, comes for another. */
export function clearBoundCookie(jar: Pick<BoundCookieJar, "clearCookie">): void {
  jar.clearCookie(BOUND_COOKIE, GUARDED);
}
