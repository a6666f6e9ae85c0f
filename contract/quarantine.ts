import { z } from "zod";
import { byId, cursor, id, instant } from "./basics.ts";
import type { Route } from "./route.ts";

export const quarantined = z.object({
  id,
  /** E.g. "unknown_number", "shape", "too_old", "database"; docs/errors.md lists them. */
  reason: z.string(),
  state: z.enum(["held", "retried", "dropped"]),
  field: z.string().nullable(),
  appId: z.string(),
  wabaId: z.string().nullable(),
  phoneNumberId: z.string().nullable(),
  byteSize: z.int(),
  receivedAt: instant,
  decidedAt: instant.nullable(),
});
export type Quarantined = z.output<typeof quarantined>;

export const quarantineRoutes = {
  listQuarantine: {
    method: "GET",
    path: "/quarantine",
    summary: "Signed updates that could not be placed",
    query: z.object({ state: z.enum(["held", "decided"]).default("held"), cursor: cursor.optional() }),
    ok: z.object({ items: z.array(quarantined), next: z.string().nullable(), held: z.int() }),
  },
  inspectQuarantined: {
    method: "GET",
    path: "/quarantine/:id",
    summary: "One of them with its content; an event of the log",
    params: byId,
    ok: quarantined.extend({
      /** The update as it came, as indented JSON text (or as text, where it was not JSON). */
      content: z.string(),
    }),
  },
  retryQuarantined: {
    method: "POST",
    path: "/quarantine/:id/retry",
    summary: "Try to take it in now",
    params: byId,
    ok: quarantined,
  },
  dropQuarantined: {
    method: "POST",
    path: "/quarantine/:id/drop",
    summary: "Give it up; it stays sealed until retention",
    params: byId,
    ok: quarantined,
  },
} as const satisfies Record<string, Route>;
