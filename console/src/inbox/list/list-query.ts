import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { InboxView } from "./merge-rows.ts";

export type ListState = "open" | "closed";

/** All lists of the inbox: for taking live rows into each that is loaded. */
export const LISTS_KEY = ["conversations", "list"] as const;

/** One list of the inbox, page by page; of one team, or of all that one sees. */
export const listQuery = (view: InboxView, state: ListState, team?: string) =>
  infiniteQueryOptions({
    queryKey: [...LISTS_KEY, view, state, team],
    queryFn: ({ pageParam, signal }) =>
      api.listConversations({
        query: {
          ...{ view, state },
          ...(team === undefined ? {} : { team }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
