import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { Message } from "../../../../contract/conversations.ts";
import { useText } from "../../texts/text-context.tsx";
import type { TextKey } from "../../texts/translate.ts";
import { plainText } from "../thread/message-text.ts";
import css from "./composer.module.css";

export interface QuoteTrayProps {
  readonly message: Message;
  readonly contactName: string;
  readonly onRemove: () => void;
}

/** Which message is being answered. */
export function QuoteTray({ message, contactName, onRemove }: QuoteTrayProps) {
  const { t } = useText();
  return (
    <div className={css.quote}>
      <div className={css.quoteWords}>
        <span className={css.quoteWho}>
          {message.direction === "in" ? t("compose.quoting", { name: contactName }) : t("compose.quotingUs")}
        </span>
        <span className={css.quoteText} dir="auto">
          {wordsOf(message) || t(`preview.${message.body.kind}` as Extract<TextKey, "preview.image">)}
        </span>
      </div>
      <ActionIcon size={28} aria-label={t("compose.unquote")} title={t("compose.unquote")} onClick={onRemove}>
        <IconX size={16} stroke={1.6} />
      </ActionIcon>
    </div>
  );
}

function wordsOf({ body }: Message): string {
  if ("text" in body && typeof body.text === "string") return plainText(body.text.slice(0, 200));
  if ("caption" in body) return body.caption ?? "";
  return body.kind === "reply" ? body.title : "";
}
