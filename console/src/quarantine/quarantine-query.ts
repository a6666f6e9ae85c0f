import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "../api/client.ts";

export type QuarantineState = "held" | "decided";

export const quarantineQuery = (state: QuarantineState) =>
  infiniteQueryOptions({
    queryKey: ["quarantine", state],
    queryFn: ({ pageParam, signal }) =>
      api.listQuarantine({ query: { state, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
