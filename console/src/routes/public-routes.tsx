import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { SignInSearch } from "../sign-in/sign-in-search.ts";
import { rootRoute } from "./root-route.tsx";

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

const networkRefusedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/network-refused",
  component: lazyRouteComponent(() => import("../networks/network-refused-page.tsx"), "NetworkRefusedPage"),
});

const forgotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("../recovery/forgot-page.tsx"), "ForgotPage"),
});

/** As with an invitation: /recover#TOKEN */
const recoverRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/recover",
  component: lazyRouteComponent(() => import("../recovery/recover-page.tsx"), "RecoverPage"),
});

export const publicRoutes = [
  setupRoute,
  signInRoute,
  invitationRoute,
  networkRefusedRoute,
  forgotRoute,
  recoverRoute,
] as const;

function matching(value: unknown, shape: RegExp): string | undefined {
  return typeof value === "string" && shape.test(value) ? value : undefined;
}

/** "//evil.example" and "/\evil.example" lead away in a browser. */
function isOwnPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}
