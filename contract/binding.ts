import { z } from "zod";
import type { Route } from "./route.ts";

/**
 * What a browser is told of a session that is bound to its device: "session instructions" (W3C, Device Bound Session
 * Credentials). The names are that draft's.
 */
export const bindingInstructions = z.object({
  session_identifier: z.string(),
  refresh_url: z.string(),
  scope: z.object({ include_site: z.literal(false) }),
  credentials: z.array(z.object({ type: z.literal("cookie"), name: z.string(), attributes: z.string() })),
});
export type BindingInstructions = z.output<typeof bindingInstructions>;

export const bindingRoutes = {
  registerBinding: {
    method: "POST",
    path: "/session/binding",
    summary: "Called by browsers themselves: bind this session to a key of the device",
    ok: bindingInstructions,
  },
  renewBinding: {
    method: "POST",
    path: "/session/binding/renew",
    summary: "Called by browsers themselves: show the device's key again",
    ok: bindingInstructions,
  },
} as const satisfies Record<string, Route>;
