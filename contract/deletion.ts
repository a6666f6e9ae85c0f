import { z } from "zod";
import { done, instant } from "./basics.ts";
import type { Route } from "./route.ts";

export const deletion = z.object({
  state: z.enum(["waiting", "running"]),
  requestedAt: instant,
  /** From then on nobody can cancel it. */
  dueAt: instant,
  /** Null where the member cannot be named any more. */
  requestedBy: z.string().nullable(),
});
export type Deletion = z.output<typeof deletion>;

export const deletionRoutes = {
  getDeletion: {
    method: "GET",
    path: "/workspace/deletion",
    summary: "The deletion of the workspace that waits, if one does",
    ok: z.object({ deletion: deletion.nullable() }),
  },
  askForDeletion: {
    method: "POST",
    path: "/workspace/deletion",
    summary: "Delete the workspace in seven days, in which any Owner can cancel it",
    body: z.strictObject({
      /** The workspace's name, typed. */
      name: z.string().max(200),
    }),
    ok: z.object({ deletion }),
  },
  cancelDeletion: {
    method: "DELETE",
    path: "/workspace/deletion",
    summary: "Keep the workspace",
    ok: done,
  },
} as const satisfies Record<string, Route>;
