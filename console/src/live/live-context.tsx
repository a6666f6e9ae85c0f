import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { LiveEvent } from "../../../contract/live.ts";
import { countsQuery, sessionQuery } from "../api/queries.ts";
import { LiveSocket, type LiveState } from "./live-socket.ts";

type Listener = (event: LiveEvent) => void;

interface Live {
  readonly state: LiveState;
  readonly listeners: Set<Listener>;
  readonly watch: (conversationId: string | null) => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

/** Below this many ms a lost connection is not mentioned: most come back at once. */
const QUIET_MS = 2000;

/** Keeps the socket while somebody is signed in, and what is kept in step with what it says. */
export function LiveProvider(props: { readonly children: ReactNode }) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>({ connected: true, lostAt: undefined });
  const [listeners] = useState(() => new Set<Listener>());
  const socket = useRef<LiveSocket>(undefined);
  const watched = useRef<string | null>(null);

  useEffect(() => {
    const onEvent = (event: LiveEvent) => {
      keepInStep(queryClient, event);
      for (const listener of listeners) listener(event);
    };
    const live = new LiveSocket({ url: liveUrl(), onEvent, onState: setState });
    live.watch(watched.current);
    socket.current = live;
    const stop = keepAwake(live);
    return () => {
      stop();
      live[Symbol.dispose]();
      socket.current = undefined;
    };
  }, [queryClient, listeners]);

  const [watch] = useState(() => (conversationId: string | null) => {
    watched.current = conversationId;
    socket.current?.watch(conversationId);
  });
  return <LiveContext value={{ state, listeners, watch }}>{props.children}</LiveContext>;
}

const OF_TEAMS = ["conversations", "counts", "contacts", "numbers", "templates", "members"];

/** `signed_out` is a reason to ask, not the answer: proving a factor anew replaces the session under an open socket. */
function keepInStep(queryClient: QueryClient, event: LiveEvent): void {
  if (event.event === "signed_out") void queryClient.invalidateQueries(sessionQuery);
  if (event.event === "gap") void queryClient.invalidateQueries();
  if (event.event === "changed") void queryClient.invalidateQueries({ queryKey: [event.what] });
  if (event.event === "changed" && event.what === "members") void queryClient.invalidateQueries(sessionQuery);
  // Whoever is in other teams now sees other chats, numbers and contacts.
  if (event.event === "changed" && event.what === "teams")
    for (const key of OF_TEAMS) void queryClient.invalidateQueries({ queryKey: [key] });
  if (event.event === "counts") {
    const { event: _, ...counts } = event;
    queryClient.setQueryData(countsQuery.queryKey, counts);
  }
}

/** Calls back for each event of the socket; `gap` means: ask again for what is open. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  const { listeners } = useLive();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const call: Listener = (event) => latest.current(event);
    listeners.add(call);
    return () => {
      listeners.delete(call);
    };
  }, [listeners]);
}

/** Asks for the messages of a conversation while it is shown. */
export function useWatch(conversationId: string | null): void {
  const { watch } = useLive();
  useEffect(() => {
    watch(conversationId);
    return () => watch(null);
  }, [watch, conversationId]);
}

/** When the connection was lost, in ms since 1970; undefined while it stands or is away only for a moment. */
export function useLostSince(): number | undefined {
  const { state } = useLive();
  const [shown, setShown] = useState(false);
  const lostAt = state.lostAt;
  useEffect(() => {
    if (lostAt === undefined) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [lostAt]);
  return shown ? lostAt : undefined;
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("live hook outside LiveProvider");
  return live;
}

function liveUrl(): string {
  const url = new URL("/api/v1/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function keepAwake(live: LiveSocket): () => void {
  const retry = () => {
    if (document.visibilityState === "visible") live.retryNow();
  };
  const drop = () => live.drop();
  window.addEventListener("online", retry);
  window.addEventListener("offline", drop);
  document.addEventListener("visibilitychange", retry);
  return () => {
    window.removeEventListener("online", retry);
    window.removeEventListener("offline", drop);
    document.removeEventListener("visibilitychange", retry);
  };
}
