import type { CookieSerializeOptions } from "@fastify/cookie";
import { DEVICE_MS } from "../identity/devices/device.ts";
import { writeDeviceTokens } from "../identity/devices/device-token.ts";
import { SESSION_MS } from "../identity/session.ts";
import type { StartedSession } from "../identity/start-session.ts";
import type { Secret } from "../platform/secret.ts";
import { type Call, SESSION_COOKIE } from "./api.ts";
import { DEVICE_COOKIE } from "./read-presence.ts";

/** Holds the set-up of a new installation. */
export const SETUP_COOKIE = "__Host-wr-setup";

export type Jar = Pick<Call<never, unknown>, "setCookie" | "clearCookie" | "deviceTokens">;

/** As a `__Host-` cookie must be (RFC 6265bis, section 4.1.3.2), out of reach of scripts and of other sites. */
const GUARDED: CookieSerializeOptions = { path: "/", secure: true, httpOnly: true, sameSite: "strict" };

export function setSessionCookie(jar: Jar, token: Secret<string>): void {
  jar.setCookie(SESSION_COOKIE, token.reveal(), { ...GUARDED, maxAge: SESSION_MS / 1000 });
}

/** What a browser gets with a session: its token, and a token of its own where it is new. */
export function setSessionCookies(jar: Jar, started: Pick<StartedSession, "token" | "deviceToken">): void {
  setSessionCookie(jar, started.token);
  const { deviceToken } = started;
  const tokens = deviceToken === undefined ? jar.deviceTokens : [deviceToken.reveal(), ...jar.deviceTokens];
  jar.setCookie(DEVICE_COOKIE, writeDeviceTokens(tokens), { ...GUARDED, maxAge: DEVICE_MS / 1000 });
}

export function clearSessionCookie(jar: Jar): void {
  jar.clearCookie(SESSION_COOKIE, GUARDED);
}

export function setSetupCookie(jar: Jar, token: Secret<string>, expiresAt: Date): void {
  jar.setCookie(SETUP_COOKIE, token.reveal(), { ...GUARDED, expires: expiresAt });
}

export function clearSetupCookie(jar: Jar): void {
  jar.clearCookie(SETUP_COOKIE, GUARDED);
}
