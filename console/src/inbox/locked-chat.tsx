import { ActionIcon, Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconChevronRight, IconLock } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type ConversationRow, openingReason } from "../../../contract/conversations.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { BELOW } from "../theme/sizes.ts";
import { useAssigneeName } from "./assignee-menu.tsx";
import { LISTS_KEY } from "./list/list-query.ts";
import { useTake } from "./list/locked-row.tsx";
import type { InboxView } from "./list/merge-rows.ts";
import css from "./locked-chat.module.css";
import { conversationQuery, threadQuery } from "./thread/thread-query.ts";
import { useLanguageName } from "./use-language-name.ts";

export interface LockedChatProps {
  readonly id: string;
  readonly view: InboxView;
  /** What the list knows of it; undefined where the chat is in no list of ours. */
  readonly row: ConversationRow | undefined;
  /** Whether it is nobody's yet. */
  readonly waits: boolean;
}

/** A chat that is not open to the reader: why, and the one way in that they have. */
export function LockedChat({ id, view, row, waits }: LockedChatProps) {
  const { t } = useText();
  const may = useMay();
  const assignee = useAssigneeName({ assigneeId: row?.assigneeId ?? null });
  const mayTake = waits && may("conversation.take");
  const mayOpen = may("conversation.open_with_reason");
  const hint = assignee === undefined ? t("locked.askLead") : t("locked.assignedTo", { name: assignee });
  return (
    <>
      <BackBar view={view} />
      <div className={css.page}>
        <span className={css.sign} aria-hidden="true">
          <IconLock size={22} stroke={1.6} />
        </span>
        <h2 className={css.title}>
          {t(mayTake ? "locked.waits" : mayOpen ? "locked.notYours" : "locked.mayNot")}
        </h2>
        {mayTake ? (
          <>
            <p className={css.hint}>{t("locked.waitsHint")}</p>
            {row === undefined ? null : <WaitingFacts row={row} />}
            <TakeButton id={id} view={view} />
          </>
        ) : null}
        {mayOpen ? <WayIn id={id} asked={!mayTake} /> : mayTake ? null : <p className={css.hint}>{hint}</p>}
      </div>
    </>
  );
}

function BackBar(props: { readonly view: InboxView }) {
  const { t } = useText();
  const phone = useMediaQuery(BELOW.phone, undefined, { getInitialValueInEffect: false }) ?? false;
  if (!phone) return null;
  return (
    <header className={css.bar}>
      <ActionIcon
        renderRoot={(root) => <Link {...root} to="/inbox/$view" params={{ view: props.view }} />}
        aria-label={t("head.back")}
      >
        <IconArrowLeft className={css.mirrored} size={22} stroke={1.6} />
      </ActionIcon>
    </header>
  );
}

function WaitingFacts({ row }: { readonly row: ConversationRow }) {
  const { t } = useText();
  const formats = useFormats();
  const languageName = useLanguageName();
  const now = useNow();
  const waited = row.waitingSince === null ? null : Math.max(0, now - Date.parse(row.waitingSince));
  return (
    <p className={css.facts}>
      <span>{languageName(row.language)}</span>
      <bdi>{row.number.verifiedName}</bdi>
      {waited === null ? null : <span>{t("inbox.waiting", { duration: formats.duration(waited) })}</span>}
    </p>
  );
}

function TakeButton(props: { readonly id: string; readonly view: InboxView }) {
  const { t } = useText();
  const take = useTake(props.id);
  return (
    <>
      <Button loading={take.isPending} onClick={() => take.mutate(props.view)}>
        {t("inbox.take")}
      </Button>
      {take.isError ? (
        <p className={css.fault} role="alert">
          {t("inbox.takeFailed")}
        </p>
      ) : null}
    </>
  );
}

/** Reading without taking is the exception: beside Take it stands behind a second look. */
function WayIn(props: { readonly id: string; readonly asked: boolean }) {
  const { t } = useText();
  const [asked, setAsked] = useState(props.asked);
  if (asked) return <Reasons id={props.id} />;
  return (
    <Button variant="subtle" onClick={() => setAsked(true)}>
      {t("locked.openAnyway")}
    </Button>
  );
}

/** One tap is the reason and the opening: it is kept in the log, so it costs no second click. */
function Reasons(props: { readonly id: string }) {
  const { t } = useText();
  const client = useQueryClient();
  const open = useMutation({
    mutationFn: (reason: (typeof openingReason.options)[number]) =>
      api.openWithReason({ params: { id: props.id }, body: { reason } }),
    onSuccess: (conversation) => {
      client.setQueryData(conversationQuery(props.id).queryKey, conversation);
      void client.invalidateQueries({ queryKey: threadQuery(props.id).queryKey });
      void client.invalidateQueries({ queryKey: LISTS_KEY });
    },
  });
  return (
    <div className={css.reasons}>
      <p className={css.hint}>{t("locked.whyOpen")}</p>
      <ul className={css.list}>
        {openingReason.options.map((reason) => (
          <li key={reason}>
            <button
              type="button"
              className={css.reason}
              disabled={open.isPending}
              onClick={() => open.mutate(reason)}
            >
              {t(`locked.reason.${reason}`)}
              <IconChevronRight className={css.mirrored} size={16} stroke={1.6} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <ProblemCallout error={open.error} />
    </div>
  );
}
