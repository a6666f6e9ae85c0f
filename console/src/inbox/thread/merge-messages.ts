import type { Message } from "../../../../contract/conversations.ts";

/** What we hold of a thread: a gapless stretch that ends at the newest message. */
export interface LoadedThread {
  readonly messages: readonly Message[];
  /** Whether there is anything older. */
  readonly more: boolean;
}

/**
 * Takes in messages by arrival position: the same id replaces, others find their place. A message older than all we
 * hold is left out while there is more above: it would open a gap that looks like silence. It comes with its page.
 */
export function mergeMessages(thread: LoadedThread, incoming: readonly Message[]): LoadedThread {
  const byId = new Map(thread.messages.map((message) => [message.id, message]));
  const oldest = thread.messages[0]?.position ?? Number.NEGATIVE_INFINITY;
  for (const message of incoming)
    if (!thread.more || message.position >= oldest || byId.has(message.id)) byId.set(message.id, message);
  return { messages: sortByPosition([...byId.values()]), more: thread.more };
}

/** Puts an older page on top. */
export function mergeOlderPage(thread: LoadedThread, page: LoadedThread): LoadedThread {
  const held = new Set(thread.messages.map((message) => message.id));
  const older = page.messages.filter((message) => !held.has(message.id));
  return { messages: sortByPosition([...older, ...thread.messages]), more: page.more };
}

function sortByPosition(messages: Message[]): Message[] {
  return messages.sort((one, other) => one.position - other.position);
}
