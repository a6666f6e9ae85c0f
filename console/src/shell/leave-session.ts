import type { QueryClient } from "@tanstack/react-query";
import type { AnyRouter } from "@tanstack/react-router";

const PUBLIC = /^\/(?:sign-in|setup|invitation)\b/;

/** What the sign-in page itself has just asked: it holds nothing of the session that ended. */
const OF_SIGN_IN: ReadonlySet<unknown> = new Set(["setup", "session at sign-in"]);

/** Several answers may say at once that the session is over; the first leads away. */
const leaving = new WeakSet<QueryClient>();

/** Leads to signing in and forgets all that was read. An ended session comes back to the same page afterwards. */
export async function leaveSession(
  router: AnyRouter,
  queryClient: QueryClient,
  why: "ended" | "signed_out",
): Promise<void> {
  const { pathname, href } = router.state.location;
  if (leaving.has(queryClient) || PUBLIC.test(pathname)) return;
  leaving.add(queryClient);
  try {
    const search = why === "ended" ? { next: href, ended: true } : {};
    await router.navigate({ to: "/sign-in", search, replace: true });
    queryClient.getMutationCache().clear();
    queryClient.removeQueries({ predicate: ({ queryKey }) => !OF_SIGN_IN.has(queryKey[0]) });
  } finally {
    leaving.delete(queryClient);
  }
}
