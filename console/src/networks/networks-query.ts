import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client.ts";

export const networkRulesQuery = queryOptions({
  queryKey: ["network-rules"],
  queryFn: ({ signal }) => api.getNetworkRules({ signal }),
});

/** Where this browser is, as the server sees it. It changes when a laptop is carried elsewhere. */
export const ownNetworkQuery = queryOptions({
  queryKey: ["own-network"],
  queryFn: ({ signal }) => api.getOwnNetwork({ signal }),
  staleTime: 0,
  refetchInterval: 5 * 60_000,
});
