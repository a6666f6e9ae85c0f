import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root-route.tsx";

export interface SignInSearch {
  /** Where to go afterwards: a path of ours. */
  readonly next?: string;
  /** The last session ended by itself. */
  readonly ended?: boolean;
}

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  component: lazyRouteComponent(() => import("../setup/setup-page.tsx"), "SetupPage"),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...(isOwnPath(search["next"]) ? { next: search["next"] } : {}),
    ...(search["ended"] === true ? { ended: true } : {}),
  }),
  component: lazyRouteComponent(() => import("../sign-in/sign-in-page.tsx"), "SignInPage"),
});

/** The token stands behind `#`, where no server, proxy or log sees it: /invitation#TOKEN */
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitation",
  component: lazyRouteComponent(() => import("../invitation/invitation-page.tsx"), "InvitationPage"),
});

export const publicRoutes = [setupRoute, signInRoute, invitationRoute] as const;

/** "//evil.example" and "/\evil.example" lead away in a browser. */
function isOwnPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}
