import { z } from "zod";
import type { Route } from "./route.ts";

/** What a workspace decides about its own security (server/identity/policy/catalogue.ts). */
export const policies = z.object({
  /** Minutes without anything a person did, after which a session is locked. */
  idleLock: z.object({ minutes: z.int().min(1).max(60) }),
  deviceApproval: z.object({ required: z.boolean() }),
  screenProtection: z.object({ watermark: z.boolean(), blur: z.boolean() }),
});
export type Policies = z.output<typeof policies>;

export const policyRoutes = {
  getPolicies: {
    method: "GET",
    path: "/policies",
    summary: "What the workspace has decided about its security",
    ok: policies,
  },
  changePolicies: {
    method: "PATCH",
    path: "/policies",
    summary: "Change one or several of them, each whole",
    body: z.strictObject({
      idleLock: policies.shape.idleLock.strict().optional(),
      deviceApproval: policies.shape.deviceApproval.strict().optional(),
      screenProtection: policies.shape.screenProtection.strict().optional(),
    }),
    ok: policies,
  },
} as const satisfies Record<string, Route>;
