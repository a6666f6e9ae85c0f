import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { PERIODS, type PerformanceSearch } from "../performance/performance-query.ts";
import { shellRoute } from "./shell-route.tsx";
import { teamOf } from "./team-search.ts";

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox/$view", params: { view: "mine" }, replace: true });
  },
});

const templatesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/templates",
  component: lazyRouteComponent(() => import("../templates/templates-page.tsx"), "TemplatesPage"),
});

const numbersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/numbers",
  component: lazyRouteComponent(() => import("../numbers/numbers-page.tsx"), "NumbersPage"),
});

const membersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/members",
  component: lazyRouteComponent(() => import("../members/members-page.tsx"), "MembersPage"),
});

const teamsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/members/teams",
  component: lazyRouteComponent(() => import("../teams/teams-page.tsx"), "TeamsPage"),
});

const memberRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/members/$memberId",
  component: lazyRouteComponent(() => import("../members/member-page.tsx"), "MemberPage"),
});

/** Both stay in the address, so that a look can be kept and shared. */
const performanceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/performance",
  validateSearch: (search: Record<string, unknown>): PerformanceSearch => ({
    period: PERIODS.find((known) => known === search["period"]),
    team: teamOf(search["team"]),
  }),
  component: lazyRouteComponent(() => import("../performance/performance-page.tsx"), "PerformancePage"),
});

const quarantineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/quarantine",
  component: lazyRouteComponent(() => import("../quarantine/quarantine-page.tsx"), "QuarantinePage"),
});

const securityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/security",
  component: lazyRouteComponent(() => import("../security/security-page.tsx"), "SecurityPage"),
});

const networksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/networks",
  component: lazyRouteComponent(() => import("../networks/networks-page.tsx"), "NetworksPage"),
});

const billingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/billing",
  component: lazyRouteComponent(() => import("../billing/billing-page.tsx"), "BillingPage"),
});

const workspaceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/workspace",
  component: lazyRouteComponent(() => import("../workspace/workspace-page.tsx"), "WorkspacePage"),
});

/** `company`: what came of a way to the company's provider and back: "done", or why not. */
export interface ReturnSearch {
  readonly company?: string | undefined;
}

const returned = (search: Record<string, unknown>): ReturnSearch => {
  const { company } = search;
  return { company: typeof company === "string" && /^[a-z_.]{1,60}$/.test(company) ? company : undefined };
};

const ssoRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/single-sign-on",
  validateSearch: returned,
  component: lazyRouteComponent(() => import("../sso/sso-page.tsx"), "SsoPage"),
});

const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/profile",
  validateSearch: returned,
  component: lazyRouteComponent(() => import("../profile/profile-page.tsx"), "ProfilePage"),
});

const ownDevicesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/profile/devices",
  component: lazyRouteComponent(() => import("../devices/devices-page.tsx"), "OwnDevicesPage"),
});

const moreRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/more",
  component: lazyRouteComponent(() => import("../shell/more-page.tsx"), "MorePage"),
});

export const workspaceRoutes = [
  homeRoute,
  templatesRoute,
  numbersRoute,
  membersRoute,
  teamsRoute,
  memberRoute,
  performanceRoute,
  quarantineRoute,
  securityRoute,
  networksRoute,
  billingRoute,
  workspaceRoute,
  ssoRoute,
  profileRoute,
  ownDevicesRoute,
  moreRoute,
] as const;
