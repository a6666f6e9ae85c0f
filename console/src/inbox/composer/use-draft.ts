import { useCallback, useSyncExternalStore } from "react";
import type { Draft } from "./draft-store.ts";
import { useDesk } from "./send-desk.ts";

/** The draft of a chat, and a way to change it. */
export function useDraft(conversationId: string): readonly [Draft, (change: Partial<Draft>) => void] {
  const { drafts } = useDesk();
  const draft = useSyncExternalStore(drafts.subscribe, () => drafts.read(conversationId));
  const change = useCallback(
    (part: Partial<Draft>) => drafts.change(conversationId, part),
    [drafts, conversationId],
  );
  return [draft, change];
}
