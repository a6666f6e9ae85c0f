import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Message } from "../../../../contract/conversations.ts";
import { api } from "../../api/client.ts";
import { putMessage } from "./thread-query.ts";

/** `react(message, "👍")`, or "" to take it back: shown at once, put back as it was when the server says no. */
export function useReact(conversationId: string): (message: Message, emoji: string) => void {
  const client = useQueryClient();
  return useCallback(
    (message, emoji) => {
      const theirs = message.reactions.filter(({ from }) => from !== "us");
      const ours = emoji === "" ? [] : [{ emoji, from: "us" as const }];
      putMessage(client, conversationId, { ...message, reactions: [...theirs, ...ours] });
      api
        .sendMessage({
          params: { id: conversationId },
          body: { kind: "reaction", clientId: crypto.randomUUID(), messageId: message.id, emoji },
        })
        .catch(() => putMessage(client, conversationId, message));
    },
    [client, conversationId],
  );
}
