import type { Conversation } from "../../../../contract/conversations.ts";

export interface ComposerProps {
  readonly conversation: Conversation;
  readonly onTemplate: () => void;
}
