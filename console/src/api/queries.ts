import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";

/**
 * Keys of what is kept, first element as in the live event `changed`: "numbers", "templates", "members",
 * "quarantine", "contacts"; besides "session", "setup", "counts" and "conversations" (the inbox's own).
 */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => api.getSession({ signal }),
  meta: { expectsSignedOut: true },
  staleTime: Number.POSITIVE_INFINITY,
});

/** For readings that age while they are shown (who is here, the last webhook): asked again on showing and every 30 s. */
export const WALKING = { staleTime: 0, refetchInterval: 30_000 } as const;

/** By what one can prove oneself. */
export const factorsQuery = queryOptions({
  queryKey: ["factors"],
  queryFn: ({ signal }) => api.listFactors({ signal }),
});

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => api.getSetup({ signal }),
  meta: { expectsSignedOut: true },
});

export const countsQuery = queryOptions({
  queryKey: ["counts"],
  queryFn: ({ signal }) => api.countConversations({ signal }),
});

export const numbersQuery = queryOptions({
  queryKey: ["numbers"],
  queryFn: ({ signal }) => api.listNumbers({ signal }),
});

/** Shows a token, and so asks for a fresh factor: each time that somebody wants to see it, and never by itself. */
export const callbackQuery = (id: string) =>
  queryOptions({
    queryKey: ["numbers", id, "callback"],
    queryFn: ({ signal }) => api.getNumberCallback({ params: { id }, signal }),
    staleTime: "static",
    gcTime: 0,
  });

export const templatesQuery = (numberId: string) =>
  queryOptions({
    queryKey: ["templates", numberId],
    queryFn: ({ signal }) => api.listTemplates({ params: { id: numberId }, signal }),
  });

export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: ({ signal }) => api.listMembers({ signal }),
});

export const invitationsQuery = queryOptions({
  queryKey: ["members", "invitations"],
  queryFn: ({ signal }) => api.listInvitations({ signal }),
});
