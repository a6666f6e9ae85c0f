import { createRoute, lazyRouteComponent, redirect, retainSearchParams } from "@tanstack/react-router";
import { shellRoute } from "./shell-route.tsx";
import { teamOf } from "./team-search.ts";

export const INBOX_VIEWS = ["mine", "unassigned", "all"] as const;
export type InboxView = (typeof INBOX_VIEWS)[number];

interface InboxSearch {
  readonly team?: string | undefined;
}

/** /inbox/mine. The page stays mounted while chats are opened below it; its Outlet is the thread. */
const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/inbox/$view",
  params: {
    parse: ({ view }): { view: InboxView } => ({
      view: INBOX_VIEWS.find((known) => known === view) ?? "mine",
    }),
    stringify: ({ view }) => ({ view }),
  },
  /** Of one team: it stays while views and chats change, and leaves with the inbox. */
  validateSearch: (search: Record<string, unknown>): InboxSearch => ({ team: teamOf(search["team"]) }),
  search: { middlewares: [retainSearchParams<InboxSearch>(["team"])] },
  component: lazyRouteComponent(() => import("../inbox/inbox-page.tsx"), "InboxPage"),
});

/** /inbox/mine/0198…: one chat. */
const chatRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: "/$conversationId",
  component: lazyRouteComponent(() => import("../inbox/chat-page.tsx"), "ChatPage"),
});

const contactsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/contacts",
  component: lazyRouteComponent(() => import("../contacts/contacts-page.tsx"), "ContactsPage"),
});

const bareInboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/inbox",
  beforeLoad: () => {
    throw redirect({ to: "/inbox/$view", params: { view: "mine" }, replace: true });
  },
});

export const inboxRoutes = [bareInboxRoute, inboxRoute.addChildren([chatRoute]), contactsRoute] as const;
