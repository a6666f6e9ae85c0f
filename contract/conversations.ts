import { z } from "zod";
import { byId, cursor, done, id, instant } from "./basics.ts";
import { messageBody } from "./message-body.ts";
import type { Route } from "./route.ts";

export const sendState = z.enum(["queued", "sending", "in_doubt", "accepted", "failed", "dropped"]);

/** Why a message did not go or did not arrive. `code` is Meta's, or null for ours; `reason` names our text for it. */
export const failure = z.object({
  code: z.int().nullable(),
  /** E.g. "window_closed", "not_on_whatsapp", "rate_limited", "token_invalid"; docs/errors.md lists them. */
  reason: z.string(),
});

/** A line of the list. Content is null while the chat is unassigned and the reader may not look. */
export const conversationRow = z.object({
  id,
  version: z.int(),
  /** "closed_to_you": shows number, language and waiting time only, and may be taken or opened with a reason. */
  sight: z.enum(["open", "closed_to_you"]),
  state: z.enum(["open", "closed"]),
  number: z.object({ id, verifiedName: z.string(), host: z.enum(["meta", "simulator"]) }),
  language: z.enum(["en", "ar"]).nullable(),
  assigneeId: id.nullable(),
  /** Whose team it is; null: everybody's. */
  teamId: id.nullable(),
  waitingSince: instant.nullable(),
  lastActivityAt: instant,
  /** When the 24-hour window closes; null when only a template may be sent. Decided by the server. */
  windowClosesAt: instant.nullable(),
  unread: z.int(),
  contact: z.object({ id, name: z.string() }).nullable(),
  last: z
    .object({
      direction: z.enum(["in", "out", "echo", "event"]),
      /** A kind of `messageBody`, or "voice" for a voice note. */
      kind: z.string(),
      /** At most 140 characters; empty for kinds without words. */
      preview: z.string(),
      sendState: sendState.nullable(),
      delivery: z.enum(["sent", "delivered", "read", "failed"]).nullable(),
      failure: failure.nullable(),
    })
    .nullable(),
});
export type ConversationRow = z.output<typeof conversationRow>;

export const message = z.object({
  id,
  position: z.int(),
  direction: z.enum(["in", "out", "echo", "event"]),
  body: messageBody,
  author: z.object({ id, name: z.string() }).nullable(),
  /** Meta's time where there is one, else ours. */
  at: instant,
  sendState: sendState.nullable(),
  delivery: z.enum(["sent", "delivered", "read", "failed"]).nullable(),
  playedAt: instant.nullable(),
  failure: failure.nullable(),
  /** Set while nobody knows whether WhatsApp has it: why, since when, and from when on a person may decide. */
  doubt: z.object({ reason: z.string(), since: instant, decidableAt: instant }).nullable(),
  /** What it answers: a message of this thread, or one we do not hold. */
  replyTo: z
    .object({ messageId: id.nullable(), preview: z.string(), direction: z.enum(["in", "out"]).nullable() })
    .nullable(),
  reactions: z.array(z.object({ emoji: z.string(), from: z.enum(["contact", "us"]) })),
  editedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  forwarded: z.boolean(),
  /** The ad or post that brought them. */
  referral: z
    .object({ headline: z.string().nullable(), text: z.string().nullable(), source: z.string().nullable() })
    .nullable(),
});
export type Message = z.output<typeof message>;

export const contactPanel = z.object({
  id,
  name: z.string(),
  username: z.string().nullable(),
  /** Null when WhatsApp did not tell; masked ("+966 •• ••• 0142") for those who may not read it. */
  phone: z.string().nullable(),
  identity: z.enum(["known", "uncertain"]),
  identitySince: instant.nullable(),
  createdAt: instant,
});
export type ContactPanel = z.output<typeof contactPanel>;

export const conversation = conversationRow.extend({
  contact: contactPanel,
  members: z.array(z.object({ id, name: z.string() })),
  episodes: z.array(z.object({ id, openedAt: instant, closedAt: instant.nullable() })),
  /** When the oldest message goes, by retention; null where no rule takes it. */
  oldestGoesAt: instant.nullable(),
});
export type Conversation = z.output<typeof conversation>;

const templateInput = z.strictObject({
  templateId: id,
  /** By variable name, as `template.variables`. */
  variables: z.record(z.string(), z.string().min(1).max(1024)),
  headerVariables: z.record(z.string(), z.string().min(1).max(60)).optional(),
  /** By button index. */
  buttonVariables: z.record(z.string(), z.string().min(1).max(2000)).optional(),
  /** An upload, for templates with a picture, film or document on top. */
  headerUploadId: id.optional(),
});

/** What an agent sends. `clientId` is made by the console once per click: the same one twice is one message. */
export const outgoing = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("text"),
    clientId: id,
    text: z.string().min(1).max(4096),
    replyToId: id.optional(),
  }),
  z.strictObject({
    kind: z.literal("media"),
    clientId: id,
    uploadId: id,
    caption: z.string().max(1024).optional(),
    fileName: z.string().max(240).optional(),
    voice: z.boolean().optional(),
    replyToId: id.optional(),
  }),
  z.strictObject({ kind: z.literal("reaction"), clientId: id, messageId: id, emoji: z.string().max(16) }),
  z.strictObject({ kind: z.literal("template"), clientId: id, template: templateInput }),
]);
export type Outgoing = z.output<typeof outgoing>;

/** For Admins and Owners who open a chat that is not theirs; the reason is kept. */
export const openingReason = z.enum([
  "customer_asked",
  "quality_review",
  "complaint",
  "security_check",
  "covering",
]);

const viewCounts = z.object({ mine: z.int(), unassigned: z.int(), all: z.int().nullable() });

/** Open chats, as far as the one who asks may know of them. */
export const counts = viewCounts.extend({
  /** Of mine. */
  unread: z.int(),
  /** Those of a team by its id; a team without any is left out. */
  teams: z.record(id, viewCounts),
});
export type Counts = z.output<typeof counts>;

export const conversationRoutes = {
  listConversations: {
    method: "GET",
    path: "/conversations",
    summary: "The inbox: a page of chats, newest activity first",
    query: z.object({
      view: z.enum(["mine", "unassigned", "all"]),
      state: z.enum(["open", "closed"]).default("open"),
      /** Of one team only. */
      team: id.optional(),
      cursor: cursor.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
    ok: z.object({ conversations: z.array(conversationRow), next: z.string().nullable() }),
  },
  countConversations: {
    method: "GET",
    path: "/conversations/counts",
    summary: "Open chats per view, in all and by team, and the unread ones of mine",
    ok: counts,
  },
  getConversation: {
    method: "GET",
    path: "/conversations/:id",
    summary: "One chat; opening it is an event of the log",
    params: byId,
    ok: conversation,
  },
  listMessages: {
    method: "GET",
    path: "/conversations/:id/messages",
    summary: "Messages in order of arrival; the newest page, or those before or after a position",
    params: byId,
    query: z.object({
      before: z.coerce.number().int().optional(),
      after: z.coerce.number().int().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
    /** `more`: whether there is anything further in the direction asked for. */
    ok: z.object({ messages: z.array(message), more: z.boolean() }),
  },
  sendMessage: {
    method: "POST",
    path: "/conversations/:id/messages",
    summary: "Send; answered when it is durable in the outbox",
    params: byId,
    body: outgoing,
    ok: message,
  },
  startConversation: {
    method: "POST",
    path: "/conversations",
    summary: "Write first, by template, to a phone number or a known contact",
    body: z.strictObject({
      numberId: id,
      to: z.union([
        z.strictObject({ phone: z.string().min(5).max(32), name: z.string().trim().max(80).optional() }),
        z.strictObject({ contactId: id }),
      ]),
      clientId: id,
      template: templateInput,
    }),
    ok: z.object({ conversationId: id }),
  },
  takeConversation: {
    method: "POST",
    path: "/conversations/:id/take",
    summary: "Assign an unassigned chat to oneself",
    params: byId,
    ok: conversationRow,
  },
  assignConversation: {
    method: "POST",
    path: "/conversations/:id/assign",
    summary: "Assign to a member, or to nobody",
    params: byId,
    body: z.strictObject({ memberId: id.nullable() }),
    ok: conversationRow,
  },
  moveConversation: {
    method: "POST",
    path: "/conversations/:id/team",
    summary: "Hand the chat to another team, where it waits for somebody to take it",
    params: byId,
    body: z.strictObject({ teamId: id.nullable() }),
    ok: conversationRow,
  },
  closeConversation: {
    method: "POST",
    path: "/conversations/:id/close",
    summary: "Close the chat",
    params: byId,
    ok: conversationRow,
  },
  reopenConversation: {
    method: "POST",
    path: "/conversations/:id/reopen",
    summary: "Open it again",
    params: byId,
    ok: conversationRow,
  },
  openWithReason: {
    method: "POST",
    path: "/conversations/:id/open",
    summary: "Open a chat that is not one's own; needs a reason, holds for an hour",
    params: byId,
    body: z.strictObject({ reason: openingReason }),
    ok: conversation,
  },
  markRead: {
    method: "POST",
    path: "/conversations/:id/read",
    summary: "Everything up to a position was seen. Blue ticks go out only for the assignee.",
    params: byId,
    body: z.strictObject({ position: z.int() }),
    ok: done,
  },
  showTyping: {
    method: "POST",
    path: "/conversations/:id/typing",
    summary: "Show the customer that we write",
    params: byId,
    ok: done,
  },
  decideInDoubt: {
    method: "POST",
    path: "/messages/:id/decide",
    summary: "A message in doubt, or failed: send it again, or drop it",
    params: byId,
    body: z.strictObject({ decision: z.enum(["send_again", "drop"]) }),
    ok: message,
  },
} as const satisfies Record<string, Route>;
