import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import type { SessionState } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";

/** Other pages of the same session are told through it at once; the server tells those that miss it. */
const CHANNEL = "wardroom.session";

export interface Lock {
  /** Hides the console now, and tells the server. */
  readonly lock: () => Promise<void>;
  /** Shows it again to whoever has proved themselves. */
  readonly unlocked: (state: SessionState) => void;
}

export function useLock(): Lock {
  const queryClient = useQueryClient();
  const channel = useMemo(() => new BroadcastChannel(CHANNEL), []);
  useEffect(() => {
    const hear = () => void queryClient.invalidateQueries(sessionQuery);
    channel.addEventListener("message", hear);
    return () => channel.removeEventListener("message", hear);
  }, [channel, queryClient]);
  const lock = useCallback(async () => {
    const data = queryClient.getQueryData(sessionQuery.queryKey);
    if (data?.state !== "signed_in") return;
    const { memberId, name, language, factors } = data;
    await queryClient.cancelQueries(sessionQuery);
    const hidden: SessionState = { state: "locked", memberId, name, language, factors };
    queryClient.setQueryData<SessionState>(sessionQuery.queryKey, hidden);
    forgetPages(queryClient);
    // Where the server is away the screen is hidden all the same; it locks by itself.
    await api.lockSession().catch(() => undefined);
    channel.postMessage("changed");
  }, [queryClient, channel]);
  const unlocked = useCallback(
    (state: SessionState) => {
      forgetPages(queryClient);
      queryClient.setQueryData(sessionQuery.queryKey, state);
      channel.postMessage("changed");
    },
    [queryClient, channel],
  );
  return { lock, unlocked };
}

/** What was read for pages that are not shown now. */
function forgetPages(queryClient: ReturnType<typeof useQueryClient>): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
}
