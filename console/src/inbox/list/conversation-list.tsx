import { Button } from "@mantine/core";
import { IconArchive, IconInbox, IconUserCircle } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { EmptyState, ErrorState, SkeletonRows } from "../../pieces/states.tsx";
import { useNow } from "../../pieces/use-now.ts";
import { useText } from "../../texts/text-context.tsx";
import { useShownCounts } from "../use-shown-team.ts";
import { ConversationLink } from "./conversation-link.tsx";
import css from "./list.module.css";
import { type ListState, listQuery } from "./list-query.ts";
import { LockedRow, useTake } from "./locked-row.tsx";
import type { InboxView } from "./merge-rows.ts";
import { useEndReached } from "./use-end-reached.ts";
import { useRowKeys } from "./use-row-keys.ts";

export interface ConversationListProps {
  readonly view: InboxView;
  readonly state: ListState;
  /** Of one team only. */
  readonly team: string | undefined;
}

/** The rows of one view; below one's own, what waits for somebody to take it. */
export function ConversationList({ view, state, team }: ConversationListProps) {
  const { t } = useText();
  const scroller = useRowKeys();
  const withWaiting = view === "mine" && state === "open";
  const counts = useShownCounts();
  return (
    <div className={css.scroll} ref={scroller} data-scroller>
      <Rows
        {...{ view, state, team }}
        head={
          <Group
            title={t(state === "open" ? "inbox.open" : "inbox.closed")}
            count={state === "open" ? counts?.[view] : null}
            aside={t("inbox.newestFirst")}
          />
        }
        empty={<EmptyList {...{ view, state, team }} />}
      />
      {withWaiting && (counts?.unassigned ?? 0) > 0 ? (
        <Rows
          view="unassigned"
          linkView="mine"
          state="open"
          team={team}
          head={
            <Group
              title={t("inbox.unassigned")}
              count={counts?.unassigned}
              aside={t("inbox.opensWhenTaken")}
            />
          }
          empty={null}
        />
      ) : null}
    </div>
  );
}

interface RowsProps extends ConversationListProps {
  readonly linkView?: InboxView;
  readonly head: ReactNode;
  readonly empty: ReactNode;
}

function Rows({ view, linkView = view, state, team, head, empty }: RowsProps) {
  const { t } = useText();
  const now = useNow();
  const list = useInfiniteQuery(listQuery(view, state, team));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.conversations) ?? [], [list.data]);
  const end = useEndReached(() => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  });
  if (list.isPending) return <SkeletonRows rows={8} />;
  if (list.isError && list.data === undefined)
    return (
      <ErrorState error={list.error} title={t("inbox.listFailed")} onRetry={() => void list.refetch()} />
    );
  if (rows.length === 0) return empty;
  return (
    <>
      {head}
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            {row.sight === "open" ? (
              <ConversationLink row={row} view={linkView} now={now} />
            ) : (
              <LockedRow row={row} view={linkView} now={now} />
            )}
          </li>
        ))}
      </ul>
      {list.isFetchingNextPage ? <SkeletonRows rows={2} /> : null}
      {list.isFetchNextPageError ? (
        <div className={css.again}>
          <span>{t("inbox.listFailed")}</span>
          <Button variant="default" size="xs" onClick={() => void list.fetchNextPage()}>
            {t("common.retry")}
          </Button>
        </div>
      ) : (
        <div ref={end} className={css.end} />
      )}
    </>
  );
}

function Group(props: {
  readonly title: string;
  readonly count: number | null | undefined;
  readonly aside: string;
}) {
  return (
    <div className={css.group}>
      <h2 className={css.groupTitle}>
        {props.title}{" "}
        {typeof props.count === "number" ? <span className={css.number}>{props.count}</span> : null}
      </h2>
      <span>{props.aside}</span>
    </div>
  );
}

function EmptyList({ view, state, team }: ConversationListProps) {
  const { t } = useText();
  const waiting = useShownCounts()?.unassigned ?? 0;
  if (state === "closed")
    return (
      <EmptyState
        icon={<IconArchive size={22} stroke={1.6} />}
        title={t("inbox.noClosed")}
        hint={t("inbox.noClosedHint")}
      />
    );
  if (view === "unassigned")
    return (
      <EmptyState
        icon={<IconUserCircle size={22} stroke={1.6} />}
        title={t("inbox.nobodyWaits")}
        hint={t("inbox.nobodyWaitsHint")}
      />
    );
  if (view === "all")
    return (
      <EmptyState
        icon={<IconInbox size={22} stroke={1.6} />}
        title={t(team === undefined ? "inbox.noChats" : "inbox.noChatsOfTeam")}
        hint={team === undefined ? t("inbox.noChatsHint") : undefined}
      />
    );
  return (
    <EmptyState
      icon={<IconInbox size={22} stroke={1.6} />}
      title={t("inbox.allAnswered")}
      hint={waiting === 0 ? t("inbox.noneWait") : t("inbox.someWait", { count: waiting })}
    >
      {waiting === 0 ? null : <TakeNext team={team} />}
    </EmptyState>
  );
}

/** Takes the chat that has waited longest. */
function TakeNext({ team }: Pick<ConversationListProps, "team">) {
  const { t } = useText();
  const rows = useInfiniteQuery(listQuery("unassigned", "open", team)).data?.pages.flatMap(
    (page) => page.conversations,
  );
  const next = rows?.toSorted((one, other) =>
    (one.waitingSince ?? one.lastActivityAt).localeCompare(other.waitingSince ?? other.lastActivityAt),
  )[0];
  const take = useTake(next?.id ?? "");
  if (next === undefined) return null;
  return (
    <Button variant="default" loading={take.isPending} onClick={() => take.mutate("mine")}>
      {t("inbox.takeNext")}
    </Button>
  );
}
