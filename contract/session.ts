import { z } from "zod";
import { done, id, instant, language, role } from "./basics.ts";
import { assertion, attestation } from "./passkeys.ts";
import type { Route } from "./route.ts";

export const email = z.email().max(254);
/** At least 12 characters, as controls.md K2; no rule of composition. */
export const newPassword = z.string().min(12).max(256);
export const totpCode = z.string().regex(/^[0-9]{6}$/);
/** 25 characters in five groups; of sets made before, ten in two. Case and hyphens do not matter. */
export const recoveryCode = z.string().min(10).max(40);
export const timeZone = z.string().min(1).max(64);
export const personName = z.string().trim().min(1).max(80);

/** What the console shows of a second factor before it is confirmed. `enrolment` is handed back unread. */
export const enrolment = z.object({
  enrolment: z.string(),
  /** Base32, for typing by hand. */
  secret: z.string(),
  /** otpauth:// address, for a QR code. */
  uri: z.string(),
  /** Ten; none for one who adds a further factor. */
  recoveryCodes: z.array(z.string()).max(10),
});
/** An enrolment as it is handed back. */
export const sealedEnrolment = z.string().min(1).max(4096);
export type Enrolment = z.output<typeof enrolment>;

/** A body that confirms an enrolment, by a code of the app or by the passkey that was made, and says `more`. */
export function confirmed<More extends z.ZodRawShape>(more: More) {
  return z.union([
    z.strictObject({ ...more, enrolment: sealedEnrolment, totp: totpCode }),
    z.strictObject({ ...more, enrolment: sealedEnrolment, passkey: attestation }),
  ]);
}

export const factorKind = z.enum(["passkey", "totp", "recovery_code"]);
export type FactorKind = z.output<typeof factorKind>;

export const me = z.object({
  state: z.literal("signed_in"),
  memberId: id,
  personId: id,
  name: z.string(),
  email: z.string(),
  role,
  permissions: z.array(z.string()),
  language,
  workspace: z.object({ id, name: z.string(), timeZone: z.string() }),
  recoveryCodesLeft: z.int(),
  factors: z.array(factorKind),
  /** When the second factor was last proved: some acts want it fresh. */
  factorAt: instant,
  /** After so many minutes without anything that a person does, the session is locked. */
  lockAfterMinutes: z.int(),
});
export type Me = z.output<typeof me>;

/** `factors`: by what the person can go on. */
export const factorNeeded = z.object({ state: z.literal("factor_needed"), factors: z.array(factorKind) });
/** May do nothing but enrol a second factor. */
export const enrolmentNeeded = z.object({ state: z.literal("enrolment_needed") });
/** Waits until somebody approves this device. */
export const devicePending = z.object({ state: z.literal("device_pending") });
/** Both factors are proved, and the password is known to others: nothing before a new one. */
export const passwordNeeded = z.object({
  state: z.literal("password_needed"),
  name: z.string(),
  email: z.string(),
  language,
  workspaceName: z.string(),
});
/** Nobody was there for a while, or they locked it; proving a factor opens it where it was. */
export const locked = z.object({
  state: z.literal("locked"),
  memberId: id,
  name: z.string(),
  language,
  factors: z.array(factorKind),
});
/** Comes from another place than before; proving a factor explains it. */
export const networkChanged = z.object({
  state: z.literal("network_changed"),
  factors: z.array(factorKind),
});
/** Bound to a device whose key was not shown lately: its own browser shows it by itself, and no factor stands for it. */
export const bindingUnproved = z.object({ state: z.literal("binding_unproved") });
export const sessionState = z.discriminatedUnion("state", [
  me,
  factorNeeded,
  enrolmentNeeded,
  devicePending,
  passwordNeeded,
  locked,
  networkChanged,
  bindingUnproved,
]);
export type SessionState = z.output<typeof sessionState>;

export const sessionRoutes = {
  getSession: { method: "GET", path: "/session", summary: "Who is signed in", ok: sessionState },
  signIn: {
    method: "POST",
    path: "/session",
    summary: "First step of signing in: e-mail and password",
    body: z.strictObject({ email, password: z.string().min(1).max(256) }),
    ok: sessionState,
  },
  proveFactor: {
    method: "POST",
    path: "/session/factor",
    summary: "A passkey, a code or a recovery code: second step of signing in, again, or to unlock",
    body: z.union([
      z.strictObject({ passkey: assertion }),
      z.strictObject({ totp: totpCode }),
      z.strictObject({ recoveryCode }),
    ]),
    ok: sessionState,
  },
  signOut: { method: "DELETE", path: "/session", summary: "Sign out", ok: done },

  updateMe: {
    method: "PATCH",
    path: "/me",
    summary: "Own name and language",
    body: z.strictObject({ name: personName.optional(), language: language.optional() }),
    ok: me,
  },
  changePassword: {
    method: "POST",
    path: "/me/password",
    summary: "Change the password; ends the person's other sessions",
    body: z.strictObject({ current: z.string().min(1).max(256), next: newPassword }),
    ok: done,
  },
  chooseNewPassword: {
    method: "POST",
    path: "/session/password",
    summary:
      "Choose the new password that was asked for; ends the person's other sessions and opens this one",
    body: z.strictObject({ current: z.string().min(1).max(256), next: newPassword }),
    ok: sessionState,
  },
  renewRecoveryCodes: {
    method: "POST",
    path: "/me/recovery-codes",
    summary: "Ten new recovery codes; the old ones stop working",
    ok: z.object({ recoveryCodes: z.array(z.string()).length(10) }),
  },
} as const satisfies Record<string, Route>;
