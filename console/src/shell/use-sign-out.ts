import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { isSignedOut } from "../api/api-problem.ts";
import { api } from "../api/client.ts";

/** Ends the session at the server, forgets all that was read, and shows the sign-in page. */
export function useSignOut() {
  const router = useRouter();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      try {
        await api.signOut();
      } catch (error) {
        if (!isSignedOut(error)) throw error;
      }
    },
    meta: { expectsSignedOut: true },
    onSuccess: async () => {
      queryClient.clear();
      await router.navigate({ to: "/sign-in", replace: true });
    },
  });
}
