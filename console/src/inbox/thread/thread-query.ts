import { type QueryClient, queryOptions } from "@tanstack/react-query";
import type { Message } from "../../../../contract/conversations.ts";
import { api } from "../../api/client.ts";
import { type LoadedThread, mergeMessages, mergeOlderPage } from "./merge-messages.ts";

/** Older pages read at most when a thread is read again, so that a long scroll does not become a long wait. */
const MOST_PAGES = 10;

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ["conversations", "one", id],
    queryFn: ({ signal }) => api.getConversation({ params: { id }, signal }),
  });

/** The messages held of a thread. Read again, it covers all that was loaded before, so that nothing old stays stale. */
export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ["conversations", "thread", id],
    queryFn: async ({ signal, client }): Promise<LoadedThread> => {
      const held = client.getQueryData<LoadedThread>(["conversations", "thread", id]);
      const oldest = held?.messages[0]?.position ?? Number.POSITIVE_INFINITY;
      const newest = await api.listMessages({ params: { id }, query: {}, signal });
      let thread = mergeOlderPage({ messages: [], more: false }, newest);
      for (let page = 0; page < MOST_PAGES && thread.more && firstPosition(thread) > oldest; page += 1)
        thread = mergeOlderPage(thread, await readBefore(id, firstPosition(thread), signal));
      return thread;
    },
  });

/** Reads the page above what is held and puts it on top. */
export async function loadOlder(client: QueryClient, id: string): Promise<void> {
  const key = threadQuery(id).queryKey;
  const held = client.getQueryData(key);
  if (held === undefined || !held.more) return;
  const page = await readBefore(id, firstPosition(held));
  client.setQueryData(key, (now) => (now === undefined ? now : mergeOlderPage(now, page)));
}

/** Takes a new or changed message into the thread, if it is loaded. */
export function putMessage(client: QueryClient, conversationId: string, message: Message): void {
  client.setQueryData(threadQuery(conversationId).queryKey, (thread) =>
    thread === undefined ? thread : mergeMessages(thread, [message]),
  );
}

function readBefore(id: string, before: number, signal?: AbortSignal): Promise<LoadedThread> {
  return api.listMessages({
    params: { id },
    query: { before, limit: 50 },
    ...(signal === undefined ? {} : { signal }),
  });
}

function firstPosition(thread: LoadedThread): number {
  return thread.messages[0]?.position ?? 0;
}
