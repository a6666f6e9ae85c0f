import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { isSignedOut } from "../api/api-problem.ts";
import { api } from "../api/client.ts";
import { leaveSession } from "./leave-session.ts";

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
    onSuccess: () => leaveSession(router, queryClient, "signed_out"),
  });
}
