import type { Message } from "../../../../contract/conversations.ts";

/** What may be done with a message of the thread. */
export interface BubbleActs {
  readonly onReply: (message: Message) => void;
  /** An empty emoji takes the reaction back. */
  readonly onReact: (message: Message, emoji: string) => void;
  readonly onTemplate: () => void;
  readonly onContact: () => void;
}
