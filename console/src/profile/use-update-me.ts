import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Contract } from "../../../contract/contract.ts";
import { api, type Input } from "../api/client.ts";
import { membersQuery, sessionQuery } from "../api/queries.ts";

/** Changes one's own name or language, and what the page knows of oneself. */
export function useUpdateMe() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Input<Contract["updateMe"]>["body"]) => api.updateMe({ body }),
    onSuccess: async (me) => {
      queryClient.setQueryData(sessionQuery.queryKey, me);
      await queryClient.invalidateQueries({ ...membersQuery, exact: true });
    },
  });
}
