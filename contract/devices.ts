import { z } from "zod";
import { byId, done, id, instant } from "./basics.ts";
import type { Route } from "./route.ts";
import { sessionState } from "./session.ts";

const browserWords = {
  /** "Firefox 142", as the browser says of itself. */
  browser: z.string().nullable(),
  system: z.string().nullable(),
  kind: z.enum(["desktop", "mobile", "tablet"]),
  /** ISO 3166-1, "AE": where it was when it was last signed in on. */
  country: z.string().nullable(),
};

export const deviceSession = z.object({
  id,
  /** How the second factor was proved. */
  method: z.enum(["totp", "recovery_code", "passkey", "oidc", "saml"]).nullable(),
  startedAt: instant,
  seenAt: instant,
  endsAt: instant,
  locked: z.boolean(),
  /** Good only together with a key that the device keeps (Device Bound Session Credentials). */
  bound: z.boolean(),
  /** The one that asks. */
  current: z.boolean(),
});
export type DeviceSession = z.output<typeof deviceSession>;

export const device = z.object({
  id,
  state: z.enum(["trusted", "waiting"]),
  ...browserWords,
  firstSeenAt: instant,
  seenAt: instant,
  current: z.boolean(),
  sessions: z.array(deviceSession),
});
export type Device = z.output<typeof device>;

/** A new device, for somebody who may say whose it is. */
export const waitingDevice = z.object({
  id,
  member: z.object({ id, name: z.string() }),
  /** Whether it says that it is one's own. */
  own: z.boolean(),
  ...browserWords,
  since: instant,
});
export type WaitingDevice = z.output<typeof waitingDevice>;

const devices = z.object({ devices: z.array(device) });
const ofMember = z.object({ id, deviceId: id });

export const deviceRoutes = {
  listOwnDevices: {
    method: "GET",
    path: "/me/devices",
    summary: "Own devices, with the sessions that run on them",
    ok: devices,
  },
  endOwnSession: {
    method: "DELETE",
    path: "/me/sessions/:id",
    summary: "End one of one's own sessions",
    params: byId,
    ok: done,
  },
  endOtherSessions: {
    method: "DELETE",
    path: "/me/sessions",
    summary: "End all of one's own sessions but this one",
    ok: z.object({ ended: z.int() }),
  },
  forgetOwnDevice: {
    method: "DELETE",
    path: "/me/devices/:id",
    summary: "End the sessions on a device; it is new at its next sign-in",
    params: byId,
    ok: done,
  },
  listMemberDevices: {
    method: "GET",
    path: "/members/:id/devices",
    summary: "A member's devices, with the sessions that run on them",
    params: byId,
    ok: devices,
  },
  endMemberSessions: {
    method: "DELETE",
    path: "/members/:id/sessions",
    summary: "End all sessions of a member",
    params: byId,
    ok: z.object({ ended: z.int() }),
  },
  endMemberSession: {
    method: "DELETE",
    path: "/members/:id/sessions/:sessionId",
    summary: "End one session of a member",
    params: z.object({ id, sessionId: id }),
    ok: done,
  },
  forgetMemberDevice: {
    method: "DELETE",
    path: "/members/:id/devices/:deviceId",
    summary: "End a member's sessions on a device; it is new at its next sign-in",
    params: ofMember,
    ok: done,
  },
  listWaitingDevices: {
    method: "GET",
    path: "/devices/waiting",
    summary: "New devices that wait for one's word",
    ok: z.object({ devices: z.array(waitingDevice) }),
  },
  approveDevice: {
    method: "POST",
    path: "/devices/:id/approve",
    summary: "A new device is whose it says it is; its browser goes on by itself",
    params: byId,
    ok: done,
  },
  refuseDevice: {
    method: "POST",
    path: "/devices/:id/refuse",
    summary: "A new device is not; what waits on it ends",
    params: byId,
    ok: done,
  },
  continueSession: {
    method: "POST",
    path: "/session/continue",
    summary: "Go on once this device was approved",
    ok: sessionState,
  },
  lockSession: {
    method: "POST",
    path: "/session/lock",
    summary: "Lock this session now",
    ok: done,
  },
} as const satisfies Record<string, Route>;
