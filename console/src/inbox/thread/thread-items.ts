import type { Message } from "../../../../contract/conversations.ts";

/** What the thread draws, top to bottom. */
export type ThreadItem =
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | { readonly kind: "unread"; readonly key: string }
  | { readonly kind: "system"; readonly key: string; readonly message: Message }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Message;
      /** First of a run by the same speaker: gets the larger gap above. */
      readonly first: boolean;
      /** Last of a run: gets time, author and ticks below. */
      readonly last: boolean;
    };

/** A run ends after this much silence, in ms. Ours: longer, and a time of day would be missing where one looks for it. */
const RUN_GAP_MS = 5 * 60 * 1000;

/**
 * Lays messages out in order of arrival: a line per day, runs of one speaker, the line above what is unread.
 * A reaction stands at its target and is drawn here only when we do not hold that target.
 */
export function layOutThread(
  messages: readonly Message[],
  facts: {
    readonly isSameDay: (one: string, other: string) => boolean;
    /** Position of the first message not yet read, or null. */
    readonly unreadFrom: number | null;
  },
): ThreadItem[] {
  const crosses = (one: Message | undefined, next: Message): boolean =>
    facts.unreadFrom !== null &&
    next.position >= facts.unreadFrom &&
    (one === undefined || one.position < facts.unreadFrom);
  const breaks = (one: Message | undefined, next: Message | undefined): boolean =>
    one === undefined ||
    next === undefined ||
    !facts.isSameDay(one.at, next.at) ||
    crosses(one, next) ||
    !isOneRun(one, next);
  return messages.flatMap((message, index): ThreadItem[] => {
    const previous = messages[index - 1];
    const items: ThreadItem[] = [];
    if (previous === undefined || !facts.isSameDay(previous.at, message.at))
      items.push({ kind: "day", key: `day ${message.id}`, at: message.at });
    if (crosses(previous, message)) items.push({ kind: "unread", key: "unread" });
    if (isSystem(message)) return [...items, { kind: "system", key: message.id, message }];
    const first = breaks(previous, message);
    const last = breaks(message, messages[index + 1]);
    return [...items, { kind: "message", key: message.id, message, first, last }];
  });
}

export function isSystem(message: Message): boolean {
  return message.direction === "event" || message.body.kind === "system";
}

function isOneRun(one: Message, next: Message): boolean {
  return (
    !isSystem(one) &&
    !isSystem(next) &&
    one.direction === next.direction &&
    one.author?.id === next.author?.id &&
    one.delivery === next.delivery &&
    one.sendState === next.sendState &&
    !needsOwnLine(one) &&
    Math.abs(Date.parse(next.at) - Date.parse(one.at)) < RUN_GAP_MS &&
    (one.direction === "in" || one.at.slice(0, 16) === next.at.slice(0, 16))
  );
}

/** Trouble, reactions and marks are said right under the bubble they belong to. */
function needsOwnLine(message: Message): boolean {
  return (
    message.failure !== null ||
    message.sendState === "in_doubt" ||
    message.sendState === "failed" ||
    message.reactions.length > 0 ||
    message.editedAt !== null ||
    message.revokedAt !== null
  );
}
