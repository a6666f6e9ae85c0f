import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root-route.tsx";

export interface SignInSearch {
  /** Where to go afterwards: a path of ours. */
  readonly next?: string | undefined;
  /** The last session ended by itself. */
  readonly ended?: boolean | undefined;
  /** Why the company's provider led back without a session: a code. */
  readonly refused?: string | undefined;
  /** The connection of the link that a company gives its people. */
  readonly company?: string | undefined;
}

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  component: lazyRouteComponent(() => import("../setup/setup-page.tsx"), "SetupPage"),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  /** All are always named: the router keeps what a validator leaves out. */
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    next: isOwnPath(search["next"]) ? search["next"] : undefined,
    ended: search["ended"] === true ? true : undefined,
    refused: matching(search["refused"], /^[a-z_.]{1,60}$/),
    company: matching(search["company"], /^[0-9a-f-]{36}$/),
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

function matching(value: unknown, shape: RegExp): string | undefined {
  return typeof value === "string" && shape.test(value) ? value : undefined;
}

/** "//evil.example" and "/\evil.example" lead away in a browser. */
function isOwnPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}
