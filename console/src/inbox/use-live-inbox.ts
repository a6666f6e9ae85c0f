import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ConversationRow } from "../../../contract/conversations.ts";
import { useMe } from "../api/me.ts";
import { askAgainOnceRead } from "../live/ask-again.ts";
import { useLiveEvents } from "../live/live-context.tsx";
import { LISTS_KEY, type ListState } from "./list/list-query.ts";
import { type InboxView, type ListFilter, mergeRow, type RowPage, removeRow } from "./list/merge-rows.ts";
import { conversationQuery, putMessage, threadQuery } from "./thread/thread-query.ts";

/** Keeps lists, header and thread in step with the live socket while the inbox is shown. */
export function useLiveInbox(): void {
  const client = useQueryClient();
  const { memberId } = useMe();
  useLiveEvents((event) => {
    if (event.event === "conversation") putRow(client, event.row, memberId);
    if (event.event === "conversation_gone") dropRow(client, event.conversationId);
    if (event.event === "message") {
      putMessage(client, event.conversationId, event.message);
      refreshWhenReading(client, event.conversationId);
    }
  });
  // Nobody listens while another page is shown: what was kept is read again on coming back.
  useEffect(
    () => () => void client.invalidateQueries({ queryKey: ["conversations"], refetchType: "none" }),
    [client],
  );
}

/** Takes a row as the server gave it into every loaded list and into the open chat. */
export function putRow(client: QueryClient, row: ConversationRow, memberId: string): void {
  changeLists(client, (pages, filter) => mergeRow(pages, row, { ...filter, memberId }));
  const { queryKey } = conversationQuery(row.id);
  client.setQueryData(queryKey, (held) => {
    if (held === undefined || held.version > row.version || row.sight !== "open") return held;
    return { ...held, ...row, contact: { ...held.contact, name: row.contact?.name ?? held.contact.name } };
  });
  if (row.sight !== "open") void client.invalidateQueries({ queryKey });
}

/** Out of sight means out of memory as well. */
function dropRow(client: QueryClient, conversationId: string): void {
  changeLists(client, (pages) => removeRow(pages, conversationId));
  // Emptied first, then asked for again: a thread that left the reader does not stay for the time of an answer.
  client.removeQueries({ queryKey: threadQuery(conversationId).queryKey });
  void client.resetQueries({ queryKey: conversationQuery(conversationId).queryKey });
}

function changeLists(
  client: QueryClient,
  change: (pages: readonly RowPage[], filter: Omit<ListFilter, "memberId">) => RowPage[],
): void {
  askAgainOnceRead(client, LISTS_KEY);
  for (const query of client.getQueryCache().findAll({ queryKey: LISTS_KEY })) {
    const [, , view, state, team] = query.queryKey as [string, string, InboxView, ListState, string?];
    client.setQueryData<InfiniteData<RowPage, string | null>>(query.queryKey, (data) =>
      data === undefined ? data : { ...data, pages: change(data.pages, { view, state, team }) },
    );
  }
}

/** A message that came while the thread was being read may be missing from the answer: then it is read once more. */
function refreshWhenReading(client: QueryClient, conversationId: string): void {
  const { queryKey } = threadQuery(conversationId);
  if (client.getQueryState(queryKey)?.fetchStatus === "fetching")
    void client.invalidateQueries({ queryKey }, { cancelRefetch: true });
}
