import { DEVICE_MS } from "../identity/devices/device.ts";
import { writeDeviceTokens } from "../identity/devices/device-token.ts";
import { SESSION_MS } from "../identity/session.ts";
import type { StartedSession } from "../identity/start-session.ts";
import type { Secret } from "../platform/secret.ts";
import { type Call, SESSION_COOKIE } from "./api.ts";
import { offerBinding } from "./binding-headers.ts";
import { clearBoundCookie, GUARDED } from "./bound-cookie-jar.ts";
import { DEVICE_COOKIE } from "./read-presence.ts";

/** Holds the set-up of a new installation. */
export const SETUP_COOKIE = "__Host-wr-setup";

export type Jar = Pick<Call<never, unknown>, "setCookie" | "clearCookie" | "setHeader" | "deviceTokens">;

export function setSessionCookie(jar: Jar, token: Secret<string>): void {
  jar.setCookie(SESSION_COOKIE, token.reveal(), { ...GUARDED, maxAge: SESSION_MS / 1000 });
}

/** What a browser gets with a session: its token, a token of its own where it is new, and the offer to bind the session. */
export function setSessionCookies(
  jar: Jar,
  started: Pick<StartedSession, "token" | "deviceToken" | "challengeToBind">,
): void {
  if (started.challengeToBind !== undefined) offerBinding(jar, started.challengeToBind);
  setSessionCookie(jar, started.token);
  const { deviceToken } = started;
  const tokens = deviceToken === undefined ? jar.deviceTokens : [deviceToken.reveal(), ...jar.deviceTokens];
  jar.setCookie(DEVICE_COOKIE, writeDeviceTokens(tokens), { ...GUARDED, maxAge: DEVICE_MS / 1000 });
}

export function clearSessionCookie(jar: Jar): void {
  jar.clearCookie(SESSION_COOKIE, GUARDED);
  clearBoundCookie(jar);
}

export function setSetupCookie(jar: Jar, token: Secret<string>, expiresAt: Date): void {
  jar.setCookie(SETUP_COOKIE, token.reveal(), { ...GUARDED, expires: expiresAt });
}

export function clearSetupCookie(jar: Jar): void {
  jar.clearCookie(SETUP_COOKIE, GUARDED);
}
