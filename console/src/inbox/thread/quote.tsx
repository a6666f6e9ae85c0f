import type { Message } from "../../../../contract/conversations.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { plainText } from "./message-text.ts";

export interface QuoteProps {
  readonly replyTo: NonNullable<Message["replyTo"]>;
  readonly contactName: string;
  readonly onJump: (messageId: string) => void;
}

/** The message that is answered; a tap leads to it. */
export function Quote({ replyTo, contactName, onJump }: QuoteProps) {
  const { t } = useText();
  const target = replyTo.messageId;
  const words = (
    <>
      {replyTo.direction === null ? null : (
        <span className={css.quoteWho}>
          <bdi>{replyTo.direction === "in" ? contactName : t("thread.quoteOfUs")}</bdi>
        </span>
      )}
      <span className={css.quoteWords} dir="auto">
        {replyTo.preview === ""
          ? t(target === null ? "thread.quoteMissing" : "thread.quoteWordless")
          : plainText(replyTo.preview)}
      </span>
    </>
  );
  if (target === null) return <span className={css.quote}>{words}</span>;
  return (
    <button
      type="button"
      className={css.quote}
      title={t("thread.jumpToQuote")}
      onClick={() => onJump(target)}
    >
      {words}
    </button>
  );
}
