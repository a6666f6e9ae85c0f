import { z } from "zod";
import { byId, cursor, id, instant } from "./basics.ts";
import { contactPanel } from "./conversations.ts";
import type { Route } from "./route.ts";

export const contactRow = contactPanel.extend({
  conversationId: id.nullable(),
  lastActivityAt: instant.nullable(),
  /** Whether the reader may open the conversation. */
  open: z.boolean(),
});
export type ContactRow = z.output<typeof contactRow>;

export const contactRoutes = {
  listContacts: {
    method: "GET",
    path: "/contacts",
    summary: "Contacts, newest first. Agents see those of their own chats. `phone` finds an exact number.",
    query: z.object({
      cursor: cursor.optional(),
      phone: z.string().max(32).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
    ok: z.object({ contacts: z.array(contactRow), next: z.string().nullable() }),
  },
  renameContact: {
    method: "PATCH",
    path: "/contacts/:id",
    summary: "Our own name for a contact",
    params: byId,
    body: z.strictObject({ name: z.string().trim().min(1).max(80) }),
    ok: contactPanel,
  },
} as const satisfies Record<string, Route>;
