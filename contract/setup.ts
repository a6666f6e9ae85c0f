import { z } from "zod";
import { language } from "./basics.ts";
import type { Route } from "./route.ts";
import { confirmed, email, enrolment, me, newPassword, personName, timeZone } from "./session.ts";

/** The set-up of a new installation. `openSetup` trades the one-time code for a set-up cookie (30 minutes). */
export const setupRoutes = {
  getSetup: {
    method: "GET",
    path: "/setup",
    summary: "Whether this installation still waits to be set up, and whether this browser holds the set-up",
    ok: z.object({
      needed: z.boolean(),
      opened: z.boolean(),
      /** Shown on the sign-in page once there is exactly one workspace. */
      workspaceName: z.string().nullable(),
    }),
  },
  openSetup: {
    method: "POST",
    path: "/setup/open",
    summary: "Trade the one-time code from the terminal for a set-up session",
    body: z.strictObject({ code: z.string().min(1).max(64) }),
    ok: z.strictObject({}),
  },
  enrolOwner: {
    method: "POST",
    path: "/setup/enrolment",
    summary: "A second factor for the Owner, to be confirmed by a code",
    body: z.strictObject({ email }),
    ok: enrolment,
  },
  completeSetup: {
    method: "POST",
    path: "/setup/complete",
    summary: "Make the workspace and its Owner, and sign the Owner in",
    body: confirmed({
      workspace: z.strictObject({ name: z.string().trim().min(1).max(80), timeZone }),
      owner: z.strictObject({ name: personName, email, password: newPassword, language }),
    }),
    ok: me,
  },
} as const satisfies Record<string, Route>;
