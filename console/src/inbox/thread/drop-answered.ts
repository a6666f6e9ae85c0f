import type { Message } from "../../../../contract/conversations.ts";
import type { PendingMessage } from "../composer/send-queue.ts";

/** Clocks differ: how much earlier than its click a message may seem to be, in ms. Ours. */
const CLOCK_SLACK_MS = 2 * 60 * 1000;

/**
 * The waiting bubbles still to be drawn. The live socket may show a message before the server's answer to its sending
 * comes: then the message is there already, and its waiting bubble goes. Each message answers for one bubble.
 */
export function dropAnswered(
  pending: readonly PendingMessage[],
  messages: readonly Message[],
  facts: { readonly memberId: string; readonly isSettled: (messageId: string) => boolean },
): PendingMessage[] {
  const open = messages.filter(
    (message) =>
      message.direction === "out" && message.author?.id === facts.memberId && !facts.isSettled(message.id),
  );
  return pending.filter((one) => {
    if (one.state !== "sending") return true;
    const at = open.findIndex((message) => isSame(one, message));
    if (at !== -1) open.splice(at, 1);
    return at === -1;
  });
}

function isSame({ draft, createdAt }: PendingMessage, { body, at }: Message): boolean {
  if (Date.parse(at) < Date.parse(createdAt) - CLOCK_SLACK_MS) return false;
  if (draft.kind === "text") return body.kind === "text" && body.text === draft.text;
  if (draft.kind === "template") return body.kind === "template" && body.text === draft.text;
  return "media" in body && (body.caption ?? "") === draft.caption;
}
