import type { Message } from "../../../../contract/conversations.ts";
import { useText } from "../../texts/text-context.tsx";
import type { BubbleActs } from "./bubble-acts.ts";
import css from "./thread.module.css";

export interface ReactionsProps {
  readonly message: Message;
  readonly contactName: string;
  readonly acts: BubbleActs | undefined;
}

/** Reactions hang on the bubble they belong to; one's own is taken back with a tap. */
export function Reactions({ message, contactName, acts }: ReactionsProps) {
  const { t } = useText();
  if (message.reactions.length === 0) return null;
  return (
    <ul className={css.reactions}>
      {message.reactions.map(({ emoji, from }) => (
        <li key={`${from} ${emoji}`}>
          {from === "us" && acts !== undefined ? (
            <button
              type="button"
              className={css.reaction}
              aria-label={t("thread.removeReaction", { emoji })}
              title={t("thread.removeReaction", { emoji })}
              onClick={() => acts.onReact(message, "")}
            >
              {emoji}
            </button>
          ) : (
            <span
              className={css.reaction}
              role="img"
              aria-label={
                from === "us"
                  ? t("thread.reactionByUs", { emoji })
                  : t("thread.reactionBy", { emoji, name: contactName })
              }
            >
              {emoji}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
