import { z } from "zod";
import { byId, done, id, instant } from "./basics.ts";
import { assertion, passkeyOffer, passkeyRequest } from "./passkeys.ts";
import type { Route } from "./route.ts";
import { confirmed, enrolment, sealedEnrolment, sessionState } from "./session.ts";

/** Something a person proves themselves with beside the password. */
export const factor = z.object({
  id,
  kind: z.enum(["passkey", "totp"]),
  /** What they call a passkey; an app has no name. */
  name: z.string().nullable(),
  /** Of a passkey: a copy lies with its maker, so that it outlives the device. */
  backedUp: z.boolean(),
  createdAt: instant,
  usedAt: instant.nullable(),
});
export type Factor = z.output<typeof factor>;

export const factorRoutes = {
  askSignInPasskey: {
    method: "POST",
    path: "/session/passkey/request",
    summary: "What a browser needs to ask for a passkey to sign in with; the same for everybody",
    ok: passkeyRequest,
  },
  signInWithPasskey: {
    method: "POST",
    path: "/session/passkey",
    summary: "Sign in with a passkey, which is both factors",
    body: z.strictObject({ passkey: assertion }),
    ok: sessionState,
  },
  askOwnPasskey: {
    method: "POST",
    path: "/session/factor/request",
    summary:
      "What a browser needs to ask for one of one's own passkeys: as the second factor, again, or to unlock",
    ok: passkeyRequest,
  },
  offerPasskey: {
    method: "POST",
    path: "/enrolment/passkey",
    summary: "What a browser needs to make a passkey for an enrolment that it holds",
    body: z.strictObject({ enrolment: sealedEnrolment }),
    ok: passkeyOffer,
  },
  offerFirstFactor: {
    method: "POST",
    path: "/session/enrolment",
    summary: "A first second factor, for a session that may do nothing but enrol one",
    ok: enrolment,
  },
  enrolFirstFactor: {
    method: "POST",
    path: "/session/enrolment/confirm",
    summary: "Confirm the first second factor, and go on signed in",
    body: confirmed({}),
    ok: sessionState,
  },
  listFactors: {
    method: "GET",
    path: "/me/factors",
    summary: "By what one can prove oneself",
    ok: z.object({ factors: z.array(factor), recoveryCodesLeft: z.int() }),
  },
  offerFactor: {
    method: "POST",
    path: "/me/factors/enrolment",
    summary: "A further second factor, to be confirmed",
    ok: enrolment,
  },
  addFactor: {
    method: "POST",
    path: "/me/factors",
    summary: "Confirm a further second factor",
    body: confirmed({}),
    ok: done,
  },
  renameFactor: {
    method: "PATCH",
    path: "/me/factors/:id",
    summary: "Name a passkey",
    params: byId,
    body: z.strictObject({ name: z.string().trim().min(1).max(60) }),
    ok: done,
  },
  removeFactor: {
    method: "DELETE",
    path: "/me/factors/:id",
    summary: "Remove a second factor; never the last one",
    params: byId,
    ok: done,
  },
} as const satisfies Record<string, Route>;
