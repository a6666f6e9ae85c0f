import { IconCircleX, IconClock, IconFile } from "@tabler/icons-react";
import { classes } from "../../pieces/classes.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import type { PendingMessage } from "../composer/send-queue.ts";
import { useFileAddress } from "../use-file-address.ts";
import contentCss from "./content.module.css";
import { FormattedText } from "./formatted-text.tsx";
import { TextLink, Why } from "./message-trouble.tsx";
import css from "./thread.module.css";
import { useRefusalText } from "./use-refusal-text.ts";

export interface PendingBubbleProps {
  readonly pending: PendingMessage;
  readonly onRetry: () => void;
  readonly onRemove: () => void;
  readonly onTemplate: () => void;
}

/** What was sent here and the server does not have yet: a clock, or the reason of its refusal. */
export function PendingBubble({ pending, onRetry, onRemove, onTemplate }: PendingBubbleProps) {
  const { t } = useText();
  const refusalText = useRefusalText();
  const refused = pending.state === "refused";
  const windowClosed = pending.code?.includes("window") === true;
  return (
    <div className={classes(css.message, css.out, css.first, css.fresh)} data-pending={pending.state}>
      <div className={classes(css.bubble, refused && css.failed, pending.draft.kind === "file" && css.file)}>
        <DraftContent draft={pending.draft} />
      </div>
      {pending.progress === null || refused ? null : <Progress share={pending.progress} />}
      <WaitingMeta
        at={pending.createdAt}
        word={refused ? null : t(pending.state === "sending" ? "compose.sending" : "compose.waits")}
      />
      {refused ? (
        <Why tone="critical" icon={<IconCircleX size={16} stroke={1.6} />}>
          {t("trouble.refused", { reason: refusalText(pending.code) })}{" "}
          {windowClosed ? (
            <TextLink word={t("trouble.chooseTemplate")} onClick={onTemplate} />
          ) : (
            <TextLink word={t("trouble.tryAgain")} onClick={onRetry} />
          )}{" "}
          <TextLink word={t("trouble.remove")} onClick={onRemove} />
        </Why>
      ) : null}
    </div>
  );
}

function DraftContent({ draft }: Pick<PendingMessage, "draft">) {
  if (draft.kind !== "file") return <FormattedText text={draft.text} />;
  return (
    <>
      <FilePreview file={draft.file} />
      {draft.caption === "" ? null : (
        <div className={contentCss.under}>
          <FormattedText text={draft.caption} />
        </div>
      )}
    </>
  );
}

function FilePreview(props: { readonly file: File }) {
  const formats = useFormats();
  const address = useFileAddress(props.file);
  if (address !== undefined)
    return (
      <span className={contentCss.picture}>
        <img className={contentCss.image} src={address} alt={props.file.name} />
      </span>
    );
  return (
    <span className={contentCss.file}>
      <span className={contentCss.fileIcon} aria-hidden="true">
        <IconFile size={20} stroke={1.6} />
      </span>
      <span className={contentCss.fileWords}>
        <span className={contentCss.fileName} dir="auto">
          {props.file.name}
        </span>
        <span className={contentCss.fileHint}>{formats.bytes(props.file.size)}</span>
      </span>
    </span>
  );
}

function Progress(props: { readonly share: number }) {
  const { t } = useText();
  const percent = Math.round(props.share * 100);
  return (
    <svg
      className={css.progress}
      viewBox="0 0 160 4"
      role="progressbar"
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-label={t("compose.uploading", { percent: String(percent) })}
    >
      <rect className={css.progressGround} width="160" height="4" rx="2" />
      <rect className={css.progressDone} width={160 * props.share} height="4" rx="2" />
    </svg>
  );
}

/** When it was sent from here, with a clock while it waits. */
function WaitingMeta(props: { readonly at: string; readonly word: string | null }) {
  const formats = useFormats();
  return (
    <div className={css.meta}>
      <time dateTime={props.at}>{formats.time(props.at)}</time>
      {props.word === null ? null : (
        <>
          <IconClock size={14} stroke={1.8} aria-hidden="true" />
          <span className={css.hidden}>{props.word}</span>
        </>
      )}
    </div>
  );
}
