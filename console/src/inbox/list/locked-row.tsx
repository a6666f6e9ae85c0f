import { Button } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ConversationRow } from "../../../../contract/conversations.ts";
import { api } from "../../api/client.ts";
import { useMay, useMe } from "../../api/me.ts";
import { HiddenAvatar } from "../../pieces/avatar.tsx";
import { classes } from "../../pieces/classes.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { useLanguageName } from "../use-language-name.ts";
import { putRow } from "../use-live-inbox.ts";
import type { InboxView } from "./merge-rows.ts";
import css from "./row.module.css";

/** From when a waiting customer shows amber, in ms. Ours: about what people expect of a shop on WhatsApp. */
const LONG_WAIT_MS = 10 * 60 * 1000;

export interface LockedRowProps {
  readonly row: ConversationRow;
  readonly view: InboxView;
  readonly now: number;
}

/** A chat that is not open to the reader: language, number and waiting time; no name, no word of content. */
export function LockedRow({ row, view, now }: LockedRowProps) {
  const { t } = useText();
  const formats = useFormats();
  const languageName = useLanguageName();
  const may = useMay();
  const take = useTake(row.id);
  const waited = row.waitingSince === null ? null : Math.max(0, now - Date.parse(row.waitingSince));
  const language = languageName(row.language);
  return (
    <>
      <div className={css.row}>
        <HiddenAvatar />
        <span className={css.locked}>
          <Link
            to="/inbox/$view/$conversationId"
            params={{ view, conversationId: row.id }}
            className={classes(css.lines, css.cover)}
            data-row={row.id}
            aria-label={t("inbox.lockedRow", {
              language,
              number: row.number.verifiedName,
              duration: formats.duration(waited ?? 0),
            })}
            activeProps={{ className: css.current ?? "" }}
          >
            <span className={css.name}>{language}</span>
            <span className={css.line}>
              <span className={classes(css.preview, css.number)}>
                <bdi className={css.words}>{row.number.verifiedName}</bdi>
              </span>
              {waited === null ? null : (
                <span className={classes(css.sign, waited >= LONG_WAIT_MS ? css.warn : css.faint)}>
                  <IconClock size={14} stroke={1.8} aria-hidden="true" />
                  {formats.duration(waited)}
                </span>
              )}
            </span>
          </Link>
          {row.assigneeId === null && may("conversation.take") ? (
            <Button
              variant="default"
              size="xs"
              className={css.take}
              loading={take.isPending}
              onClick={() => take.mutate(view)}
            >
              {t("inbox.take")}
            </Button>
          ) : null}
        </span>
      </div>
      {take.isError ? (
        <p className={css.fault} role="alert">
          {t("inbox.takeFailed")}
        </p>
      ) : null}
    </>
  );
}

/** Takes a chat and opens it. */
export function useTake(conversationId: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { memberId } = useMe();
  return useMutation({
    mutationFn: (_view: InboxView) => api.takeConversation({ params: { id: conversationId } }),
    onSuccess: (row, view) => {
      putRow(client, row, memberId);
      void client.invalidateQueries({ queryKey: ["conversations", "one", conversationId] });
      void navigate({
        to: "/inbox/$view/$conversationId",
        params: { view: view === "all" ? "all" : "mine", conversationId },
      });
    },
  });
}
