import { z } from "zod";
import { byId, done, id, instant, language } from "./basics.ts";
import type { Route } from "./route.ts";
import { email, newPassword, recoveryCode, sessionState, totpCode } from "./session.ts";

/** 256 random bits, as they stand behind `#` in a link. */
const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** How somebody was recognised before their factors are removed. */
export const identityCheck = z.enum(["video_call", "in_person", "known_number", "other"]);
export type IdentityCheck = z.output<typeof identityCheck>;

export const linkDescription = z.object({
  purpose: z.enum(["password_reset", "email_confirm", "email_stop", "factor_reset_cancel", "owner_recovery"]),
  email: z.string(),
  expiresAt: instant,
});
export type LinkDescription = z.output<typeof linkDescription>;

export const factorReset = z.object({
  id,
  memberId: id,
  startedBy: id,
  how: identityCheck,
  note: z.string(),
  dueAt: instant,
  /** By the server's clock. */
  secondsLeft: z.int(),
});
export type FactorReset = z.output<typeof factorReset>;

/** What waits about oneself. */
export const ownRecovery = z.object({
  factorReset: z.object({ dueAt: instant, secondsLeft: z.int() }).nullable(),
  emailChange: z.object({ email: z.string(), expiresAt: instant }).nullable(),
});
export type OwnRecovery = z.output<typeof ownRecovery>;

export const recoveryRoutes = {
  getRecovery: {
    method: "GET",
    path: "/recovery",
    summary: "Whether mail goes out here, and so whether a new password can be asked for by mail",
    ok: z.object({ byMail: z.boolean() }),
  },
  requestReset: {
    method: "POST",
    path: "/recovery/reset-request",
    summary: "Ask for a link for a new password; the answer does not tell whether there is such an account",
    body: z.strictObject({ email, language }),
    ok: done,
  },
  openLink: {
    method: "POST",
    path: "/recovery/open",
    summary: "What a link is for; changes nothing",
    body: z.strictObject({ token: linkToken }),
    ok: linkDescription,
  },
  resetPassword: {
    method: "POST",
    path: "/recovery/password",
    summary: "Set a new password with a link and a second factor; ends all sessions, signs nobody in",
    body: z.union([
      z.strictObject({ token: linkToken, password: newPassword, totp: totpCode }),
      z.strictObject({ token: linkToken, password: newPassword, recoveryCode }),
    ]),
    ok: done,
  },
  confirmEmail: {
    method: "POST",
    path: "/recovery/email",
    summary: "Confirm a new e-mail address",
    body: z.strictObject({ token: linkToken }),
    ok: done,
  },
  stopEmail: {
    method: "POST",
    path: "/recovery/email-stop",
    summary: "Stop a change of the e-mail address, or take it back; ends all sessions",
    body: z.strictObject({ token: linkToken }),
    ok: z.object({ outcome: z.enum(["stopped", "reverted"]) }),
  },
  cancelFactorResetByLink: {
    method: "POST",
    path: "/recovery/factor-reset-cancel",
    summary: "Keep one's second factors",
    body: z.strictObject({ token: linkToken }),
    ok: done,
  },
  recoverOwner: {
    method: "POST",
    path: "/recovery/owner",
    summary:
      "An Owner's new password, with a link made on the machine; then a second factor has to be enrolled",
    body: z.strictObject({ token: linkToken, password: newPassword }),
    ok: sessionState,
  },

  listFactorResets: {
    method: "GET",
    path: "/factor-resets",
    summary: "Whose second factors are to be removed, and when",
    ok: z.object({ factorResets: z.array(factorReset) }),
  },
  startFactorReset: {
    method: "POST",
    path: "/members/:id/factor-reset",
    summary: "Remove a member's lost second factors in 24 hours; anybody concerned can cancel it until then",
    params: byId,
    body: z.strictObject({ how: identityCheck, note: z.string().trim().min(1).max(300) }),
    ok: done,
  },
  cancelFactorReset: {
    method: "POST",
    path: "/factor-resets/:id/cancel",
    summary: "Keep a member's second factors",
    params: byId,
    ok: done,
  },

  getOwnRecovery: {
    method: "GET",
    path: "/me/recovery",
    summary: "What waits about oneself: removal of factors, another e-mail address",
    ok: ownRecovery,
  },
  cancelOwnFactorReset: {
    method: "POST",
    path: "/me/factor-reset/cancel",
    summary: "Keep one's own second factors",
    ok: done,
  },
  changeEmail: {
    method: "POST",
    path: "/me/email",
    summary:
      "Ask for another e-mail address; nothing changes until it is confirmed by the link that is sent to it",
    body: z.strictObject({ email }),
    ok: done,
  },
  withdrawEmailChange: {
    method: "DELETE",
    path: "/me/email",
    summary: "Take back what was asked for",
    ok: done,
  },
} as const satisfies Record<string, Route>;
