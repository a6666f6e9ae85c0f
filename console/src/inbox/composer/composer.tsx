import { useNow } from "../../pieces/use-now.ts";
import { readServiceWindow } from "../service-window.ts";
import { ClosedWindow } from "./closed-window.tsx";
import type { ComposerProps } from "./composer-props.ts";
import { ReplyForm } from "./reply-form.tsx";

/** Where one answers: freely while the window is open, else by template. */
export function Composer({ conversation, onTemplate }: ComposerProps) {
  const now = useNow(10_000);
  const window = readServiceWindow(conversation.windowClosesAt, now);
  if (window.state === "closed") return <ClosedWindow conversation={conversation} onTemplate={onTemplate} />;
  return <ReplyForm conversation={conversation} onTemplate={onTemplate} now={now} />;
}
