import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "../api/client.ts";

/** Contacts page by page; with a phone number, those who have exactly that one. */
export const contactsQuery = (phone: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["contacts", phone ?? null],
    queryFn: ({ pageParam, signal }) =>
      api.listContacts({
        query: {
          ...(pageParam === null ? {} : { cursor: pageParam }),
          ...(phone === undefined ? {} : { phone }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
