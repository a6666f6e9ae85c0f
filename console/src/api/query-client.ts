import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem, isBindingUnproved, isHeld, isSignedOut } from "./api-problem.ts";

/** How often a read is tried again before it shows as failed. Ours: about 4 s in all, the length of a restart. */
const READ_RETRIES = 2;

/**
 * Reads are kept and tried again where the server did not answer; writes never are.
 * @param onSignedOut called when any answer says that the session is over
 */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut();
    // Who is asked again knows why, and shows that in the place of what it could not read.
    if (isHeld(error)) void client.invalidateQueries({ queryKey: ["session"] });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.meta?.["expectsSignedOut"] !== true) onError(error);
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.["expectsSignedOut"] !== true) onError(error);
      },
    }),
    defaultOptions: {
      queries: {
        retry: (count, error) => count < READ_RETRIES && mayPass(error),
        /** The live socket says when something changed. */
        staleTime: 60_000,
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}

/** Whether the same question may be answered a moment later. */
function mayPass(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status >= 500 || isBindingUnproved(error);
}
