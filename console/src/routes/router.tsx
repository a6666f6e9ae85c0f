import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { CrashedPage } from "../shell/crashed-page.tsx";
import { NotFoundPage } from "../shell/not-found-page.tsx";
import { StartingPage } from "../shell/starting-page.tsx";
import { inboxRoutes } from "./inbox-routes.tsx";
import { publicRoutes } from "./public-routes.tsx";
import { rootRoute } from "./root-route.tsx";
import { shellRoute } from "./shell-route.tsx";
import { workspaceRoutes } from "./workspace-routes.tsx";

const routeTree = rootRoute.addChildren([
  ...publicRoutes,
  shellRoute.addChildren([...workspaceRoutes, ...inboxRoutes]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultErrorComponent: CrashedPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPendingComponent: StartingPage,
    defaultPendingMs: 200,
    defaultPreload: "intent",
    scrollRestoration: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
