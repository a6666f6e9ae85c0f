import { useNow } from "../../pieces/use-now.ts";
import { useText } from "../../texts/text-context.tsx";
import { readServiceWindow } from "../service-window.ts";
import { ClosedWindow } from "./closed-window.tsx";
import css from "./composer.module.css";
import type { ComposerProps } from "./composer-props.ts";
import { ReplyForm } from "./reply-form.tsx";

/** Where one answers: freely while the window is open, else by template. */
export function Composer({ conversation, onTemplate }: ComposerProps) {
  const { t } = useText();
  const now = useNow(10_000);
  const window = readServiceWindow(conversation.windowClosesAt, now);
  if (window.state === "closed") return <ClosedWindow conversation={conversation} onTemplate={onTemplate} />;
  return (
    <>
      {conversation.state === "closed" ? <p className={css.chatClosed}>{t("compose.chatClosed")}</p> : null}
      <ReplyForm conversation={conversation} onTemplate={onTemplate} now={now} />
    </>
  );
}
