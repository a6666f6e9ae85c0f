import { useEffect, useRef } from "react";
import { api } from "../../api/client.ts";

/** How long the newest message must be in view before it counts as seen, in ms. Ours: passing through is not reading. */
const SEEN_AFTER_MS = 400;

/**
 * Tells the server how far the reader has come: only while the newest message is in view, the page is visible and the
 * window has focus. A failed call is made again with the next message or the next look.
 */
export function useMarkRead(facts: {
  readonly conversationId: string;
  /** Of the newest message of the customer; undefined while there is none. */
  readonly position: number | undefined;
  readonly unread: number;
  readonly inView: boolean;
}): void {
  const { conversationId, position, unread, inView } = facts;
  const marked = useRef(0);
  useEffect(() => {
    if (position === undefined || !inView) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState !== "visible" || !document.hasFocus()) return;
      if (position <= marked.current || (unread === 0 && marked.current === 0)) return;
      timer = setTimeout(() => {
        marked.current = position;
        api.markRead({ params: { id: conversationId }, body: { position } }).catch(() => {
          marked.current = 0;
        });
      }, SEEN_AFTER_MS);
    };
    look();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [conversationId, position, unread, inView]);
}
