import type { ConversationRow, Message } from "../../../contract/conversations.ts";

/** A message for tests: say only what the test is about. */
export function sampleMessage(over: Partial<Message> = {}): Message {
  const position = over.position ?? 1;
  return {
    id: `00000000-0000-4000-8000-${String(position).padStart(12, "0")}`,
    position,
    direction: "in",
    body: { kind: "text", text: "Hello" },
    author: null,
    at: "2026-11-23T07:42:00.000Z",
    sendState: null,
    delivery: null,
    playedAt: null,
    failure: null,
    doubt: null,
    replyTo: null,
    reactions: [],
    editedAt: null,
    revokedAt: null,
    forwarded: false,
    referral: null,
    ...over,
  };
}

export function sampleRow(over: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id: "00000000-0000-4000-9000-000000000001",
    version: 1,
    sight: "open",
    state: "open",
    number: { id: "00000000-0000-4000-a000-000000000001", verifiedName: "Marsa Home", host: "simulator" },
    language: "ar",
    assigneeId: "00000000-0000-4000-b000-000000000001",
    teamId: null,
    waitingSince: null,
    lastActivityAt: "2026-11-23T07:42:00.000Z",
    windowClosesAt: "2026-11-24T07:42:00.000Z",
    unread: 0,
    contact: { id: "00000000-0000-4000-c000-000000000001", name: "Layla" },
    last: {
      direction: "in",
      kind: "text",
      preview: "Hello",
      sendState: null,
      delivery: null,
      failure: null,
    },
    ...over,
  };
}
