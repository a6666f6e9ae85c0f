import { IconClockHour4, IconFileAlert } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Media } from "../../../../contract/message-body.ts";
import { useText } from "../../texts/text-context.tsx";
import type { TextKey } from "../../texts/translate.ts";
import css from "./content.module.css";

const FAILURES: Readonly<Record<string, Extract<TextKey, `media.${string}`>>> = {
  "media.too_large": "media.tooLarge",
  "media.hash_mismatch": "media.hashMismatch",
  "media.expired": "media.expired",
  "media.unreachable": "media.unreachable",
};

export interface MediaStateProps {
  readonly media: Media;
  /** What kind of file it is, in words. */
  readonly word: string;
  readonly children: ReactNode;
}

/** The file once it is here; before that, how far it has come; else why it never will. */
export function MediaState({ media, word, children }: MediaStateProps) {
  const { t } = useText();
  if (media.state === "ready") return children;
  const failed = media.state === "failed";
  const reason = FAILURES[media.failure ?? ""] ?? "media.failed";
  return (
    <div className={css.absent} data-failed={failed}>
      <span className={css.absentIcon} aria-hidden="true">
        {failed ? <IconFileAlert size={18} stroke={1.6} /> : <IconClockHour4 size={18} stroke={1.6} />}
      </span>
      <span>
        <b className={css.absentWord}>{word}</b>
        <span className={css.absentHint}>{t(failed ? (reason as "media.failed") : "media.waiting")}</span>
      </span>
    </div>
  );
}
