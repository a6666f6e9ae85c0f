import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client.ts";

/** The deletion that waits, for Owners alone. Asked again each minute: a colleague may have asked for it. */
export const deletionQuery = queryOptions({
  queryKey: ["deletion"],
  queryFn: ({ signal }) => api.getDeletion({ signal }),
  refetchInterval: 60_000,
});
