import { IconCircleX, IconClock, IconHelpCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ConversationRow } from "../../../../contract/conversations.ts";
import { Avatar } from "../../pieces/avatar.tsx";
import { classes } from "../../pieces/classes.ts";
import { Tick, tickOf } from "../../pieces/tick.tsx";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { useFailureText } from "../use-failure-text.ts";
import { KindIcon } from "./kind-icon.tsx";
import type { InboxView } from "./merge-rows.ts";
import css from "./row.module.css";
import { previewRow } from "./row-preview.ts";
import { WindowSign } from "./window-sign.tsx";

export interface ConversationLinkProps {
  readonly row: ConversationRow;
  readonly view: InboxView;
  readonly now: number;
}

/** A chat that is open to the reader, in the list. */
export function ConversationLink({ row, view, now }: ConversationLinkProps) {
  const { t } = useText();
  const formats = useFormats();
  const name = row.contact?.name ?? "";
  return (
    <Link
      to="/inbox/$view/$conversationId"
      params={{ view, conversationId: row.id }}
      className={classes(css.row, css.link, row.unread > 0 && css.unread)}
      data-row={row.id}
      activeProps={{ className: css.current ?? "" }}
    >
      <Avatar name={name} seed={row.contact?.id ?? row.id} />
      <span className={css.lines}>
        <span className={css.line}>
          <span className={css.name} dir="auto">
            {name}
          </span>
          <time className={css.time} dateTime={row.lastActivityAt}>
            {formats.moment(row.lastActivityAt, now)}
          </time>
        </span>
        <span className={css.line}>
          <Preview last={row.last} />
          <WindowSign closesAt={row.windowClosesAt} now={now} />
          {row.unread === 0 ? null : (
            <span className={css.count}>
              <span aria-hidden="true">{row.unread > 99 ? "99+" : row.unread}</span>
              <span className={css.hidden}>{t("inbox.unread", { count: row.unread })}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

function Preview({ last }: Pick<ConversationRow, "last">) {
  const { t } = useText();
  const failureText = useFailureText();
  const preview = previewRow(last);
  if (preview.tone === "trouble")
    return (
      <span className={css.preview}>
        <IconCircleX className={css.critical} size={14} stroke={1.8} aria-hidden="true" />
        <span className={css.words}>
          {t("preview.notDelivered", { reason: failureText(last?.failure ?? null) })}
        </span>
      </span>
    );
  if (preview.tone === "doubt")
    return (
      <span className={css.preview}>
        <IconHelpCircle className={css.warn} size={14} stroke={1.8} aria-hidden="true" />
        <span className={css.words}>{t("preview.inDoubt")}</span>
      </span>
    );
  const tick = last === null || last.direction !== "out" ? undefined : tickOf(last);
  return (
    <span className={css.preview}>
      {preview.tone === "waits" ? <IconClock size={14} stroke={1.8} aria-hidden="true" /> : null}
      {preview.tone === "plain" && tick !== undefined ? <Tick state={tick} hideWord /> : null}
      {preview.icon === null ? null : <KindIcon kind={preview.icon} />}
      <span className={css.words} dir={preview.words === null ? undefined : "auto"}>
        {preview.words ?? t(preview.kindKey)}
      </span>
    </span>
  );
}
