import { useRef } from "react";
import { api } from "../../api/client.ts";

/** WhatsApp shows "typing" for 25 s (facts.md 2.1); a little earlier it is said again, in ms. */
const AGAIN_AFTER_MS = 20_000;

/** `typing()` at each key: tells the customer, at most every 20 s. That it may fail is no matter. */
export function useTypingSignal(conversationId: string): () => void {
  const last = useRef(0);
  return () => {
    const now = Date.now();
    if (now - last.current < AGAIN_AFTER_MS) return;
    last.current = now;
    api.showTyping({ params: { id: conversationId } }).catch(() => undefined);
  };
}
