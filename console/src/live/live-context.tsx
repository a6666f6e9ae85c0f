import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { LiveEvent } from "../../../contract/live.ts";
import { countsQuery } from "../api/queries.ts";
import { askAgainOnceRead } from "./ask-again.ts";
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

/** What the socket tells of, by the first element of its key. */
const TOLD = [
  ...["conversations", "counts", "contacts", "numbers", "templates", "members", "teams"],
  ...["quarantine", "devices"],
];
const OF_TEAMS = ["conversations", "counts", "contacts", "numbers", "templates", "members"];

function keepInStep(queryClient: QueryClient, event: LiveEvent): void {
  if (event.event === "gap") void queryClient.invalidateQueries();
  for (const key of staleAfter(event)) {
    askAgainOnceRead(queryClient, [key]);
    void queryClient.invalidateQueries({ queryKey: [key] });
  }
  if (event.event === "counts") {
    const { event: _, ...counts } = event;
    queryClient.setQueryData(countsQuery.queryKey, counts);
  }
}

/** What is to be asked again, by the first element of its key. */
function staleAfter(event: LiveEvent): readonly string[] {
  switch (event.event) {
    // The page has just asked for all it shows. Only what the socket tells of may have changed since without a word.
    case "hello":
      return TOLD;
    // A reason to ask, not the answer: proving a factor anew replaces the session under an open socket.
    case "locked":
    case "signed_out":
      return ["session"];
    case "changed":
      if (event.what === "members") return ["members", "session"];
      // Whoever is in other teams now sees other chats, numbers and contacts.
      return event.what === "teams" ? ["teams", ...OF_TEAMS] : [event.what];
    default:
      return [];
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
