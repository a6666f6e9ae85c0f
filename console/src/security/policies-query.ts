import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Contract } from "../../../contract/contract.ts";
import { api, type Input } from "../api/client.ts";

/** What the workspace has decided about its own security. */
export const policiesQuery = queryOptions({
  queryKey: ["policies"],
  queryFn: ({ signal }) => api.getPolicies({ signal }),
});

/** Changes policies; the page shows what the server then holds. */
export function useChangePolicies() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Input<Contract["changePolicies"]>["body"]) => api.changePolicies({ body }),
    onSuccess: (policies) => queryClient.setQueryData(policiesQuery.queryKey, policies),
  });
}
