import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client.ts";

/** Whether mail goes out here. */
export const recoveryQuery = queryOptions({
  queryKey: ["recovery"],
  queryFn: ({ signal }) => api.getRecovery({ signal }),
  meta: { expectsSignedOut: true },
  staleTime: Number.POSITIVE_INFINITY,
});

export const factorResetsQuery = queryOptions({
  queryKey: ["members", "factor-resets"],
  queryFn: ({ signal }) => api.listFactorResets({ signal }),
});

export const ownRecoveryQuery = queryOptions({
  queryKey: ["own-recovery"],
  queryFn: ({ signal }) => api.getOwnRecovery({ signal }),
});
