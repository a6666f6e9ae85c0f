import { z } from "zod";
import { id } from "./basics.ts";
import { conversationRow, counts, message } from "./conversations.ts";

/**
 * What the server says over the WebSocket at /api/v1/live (same cookie, same origin). The client shows patches of what
 * it has open and asks again for the rest; `gap` means: ask again for all that is open.
 */
export const liveEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("hello") }),
  z.object({ event: z.literal("gap") }),
  /** A row as this member may see it. */
  z.object({ event: z.literal("conversation"), row: conversationRow }),
  /** It left this member's sight. */
  z.object({ event: z.literal("conversation_gone"), conversationId: id }),
  /** A new or changed message of the conversation that this socket watches. */
  z.object({ event: z.literal("message"), conversationId: id, message }),
  counts.extend({ event: z.literal("counts") }),
  /** Numbers, templates, members, quarantine, contacts or devices changed: ask again where shown. */
  z.object({
    event: z.literal("changed"),
    what: z.enum(["numbers", "templates", "members", "teams", "quarantine", "contacts", "devices"]),
  }),
  /** The session was locked: from here on it hears counts only. */
  z.object({ event: z.literal("locked") }),
  z.object({ event: z.literal("signed_out") }),
]);
export type LiveEvent = z.output<typeof liveEvent>;

/** What the client says: which conversation it shows. */
export const liveCommand = z.strictObject({ watch: id.nullable() });
export type LiveCommand = z.output<typeof liveCommand>;
