import type { QueryClient } from "@tanstack/react-query";
import { createRoute, isRedirect, lazyRouteComponent, redirect } from "@tanstack/react-router";
import type { SessionState } from "../../../contract/session.ts";
import { isNetworkRefused, isSignedOut } from "../api/api-problem.ts";
import { sessionQuery, setupQuery } from "../api/queries.ts";
import { rootRoute } from "./root-route.tsx";

/** All that needs a signed-in member. Others are led to the set-up or to signing in, and back afterwards. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    await requireMember(context.queryClient, location.href);
  },
  component: lazyRouteComponent(() => import("../lock/session-gate.tsx"), "SessionGate"),
});

const SHOWN: ReadonlySet<SessionState["state"]> = new Set([
  "signed_in",
  "locked",
  "network_changed",
  "binding_unproved",
]);

async function requireMember(queryClient: QueryClient, wanted: string): Promise<SessionState> {
  try {
    const session = await queryClient.ensureQueryData(sessionQuery);
    // A locked page stays where it is; what it shows instead is for the gate to say.
    if (SHOWN.has(session.state)) return session;
  } catch (error) {
    if (isNetworkRefused(error)) throw redirect({ to: "/network-refused" });
    if (isRedirect(error) || !isSignedOut(error)) throw error;
    const setup = await queryClient.ensureQueryData(setupQuery);
    if (setup.needed) throw redirect({ to: "/setup" });
  }
  throw redirect({ to: "/sign-in", search: wanted === "/" ? {} : { next: wanted } });
}
