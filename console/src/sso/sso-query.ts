import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { SsoSettings } from "../../../contract/sso.ts";
import { api } from "../api/client.ts";

export const ssoQuery = queryOptions({
  queryKey: ["sso"],
  queryFn: ({ signal }) => api.getSsoSettings({ signal }),
});

/** How long before its end something is said to end, in ms: as the first mail about it (server/access/sso/decide-ending.ts). */
export const SOON_MS = 14 * 24 * 60 * 60 * 1000;

export const ownAccountsQuery = queryOptions({
  queryKey: ["session", "company-accounts"],
  queryFn: ({ signal }) => api.getOwnAccounts({ signal }),
});

/** An act that answers the settings as they are then. */
export function useChangeSso<Given>(act: (given: Given) => Promise<SsoSettings>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (settings) => queryClient.setQueryData(ssoQuery.queryKey, settings),
  });
}

/** Leaves for the provider; the way back is a page of ours. */
export function leaveFor(location: string): void {
  window.location.assign(location);
}
