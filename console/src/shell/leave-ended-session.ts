import type { QueryClient } from "@tanstack/react-query";
import type { AnyRouter } from "@tanstack/react-router";

const PUBLIC = /^\/(?:sign-in|setup|invitation)\b/;

/** Forgets all that was read and leads to signing in, and from there back to the same page. */
export function leaveEndedSession(router: AnyRouter, queryClient: QueryClient): void {
  const { pathname, href } = router.state.location;
  if (PUBLIC.test(pathname)) return;
  queryClient.clear();
  void router.navigate({ to: "/sign-in", search: { next: href, ended: true }, replace: true });
}
