import type { FastifyRequest } from "fastify";
import { readDeviceTokens } from "../identity/devices/device-token.ts";
import type { Presence } from "../identity/devices/presence.ts";
import type { Clock } from "../platform/clock.ts";

/** The tokens by which a browser is known again (identity/devices/device-token.ts). */
export const DEVICE_COOKIE = "__Host-wr-device";

/** Says that the key of a bound session's device was shown a short while ago (identity/binding/bound-cookie.ts). */
export const BOUND_COOKIE = "__Host-wr-bound";

/** How many seconds ago a person last did something in the console. What carries none came without a person. */
export const ACTED_HEADER = "wardroom-acted-ago";

/** Where a request comes from, and whether a person is behind it. */
export function readPresence(request: FastifyRequest, clock: Clock): Presence {
  return {
    address: request.ip,
    deviceTokens: readDeviceTokens(request.cookies[DEVICE_COOKIE]),
    boundCookie: request.cookies[BOUND_COOKIE],
    actedAt: readActedAt(request.headers[ACTED_HEADER], clock()),
  };
}

function readActedAt(header: string | string[] | undefined, now: Date): Date | null {
  if (typeof header !== "string" || !/^\d{1,6}$/.test(header)) return null;
  return new Date(now.getTime() - Number(header) * 1000);
}
