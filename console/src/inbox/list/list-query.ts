import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { InboxView } from "./merge-rows.ts";

export type ListState = "open" | "closed";

/** All lists of the inbox: for taking live rows into each that is loaded. */
export const LISTS_KEY = ["conversations", "list"] as const;

/** One list of the inbox, page by page. */
export const listQuery = (view: InboxView, state: ListState) =>
  infiniteQueryOptions({
    queryKey: [...LISTS_KEY, view, state],
    queryFn: ({ pageParam, signal }) =>
      api.listConversations({
        query: { view, state, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
