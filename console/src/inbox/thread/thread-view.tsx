import { Button } from "@mantine/core";
import { IconArrowDown, IconInfoCircle, IconKey, IconMessages } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import type { Conversation, Message } from "../../../../contract/conversations.ts";
import { useMe } from "../../api/me.ts";
import { classes } from "../../pieces/classes.ts";
import { EmptyState, ErrorState } from "../../pieces/states.tsx";
import { useDelayed } from "../../pieces/use-delayed.ts";
import { useNow } from "../../pieces/use-now.ts";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { useDesk, usePending } from "../composer/send-desk.ts";
import { useEndReached } from "../list/use-end-reached.ts";
import { Bubble } from "./bubble.tsx";
import type { BubbleActs } from "./bubble-acts.ts";
import { dropAnswered } from "./drop-answered.ts";
import type { LoadedThread } from "./merge-messages.ts";
import { PendingBubble } from "./pending-bubble.tsx";
import css from "./thread.module.css";
import { layOutThread, type ThreadItem } from "./thread-items.ts";
import { loadOlder, threadQuery } from "./thread-query.ts";
import { useMarkRead } from "./use-mark-read.ts";
import { useThreadScroll } from "./use-thread-scroll.ts";

export interface ThreadViewProps {
  readonly conversation: Conversation;
  readonly acts: BubbleActs | undefined;
}

/** The messages of a chat: read when shown, followed live, older ones on scrolling up. */
export function ThreadView(props: ThreadViewProps) {
  const { t } = useText();
  const thread = useQuery(threadQuery(props.conversation.id));
  if (thread.data !== undefined) return <LoadedThreadView {...props} thread={thread.data} />;
  return (
    <div className={css.scroller}>
      {thread.isError ? (
        <ErrorState
          error={thread.error}
          title={t("thread.loadFailed")}
          onRetry={() => void thread.refetch()}
        />
      ) : (
        <ThreadBones />
      )}
    </div>
  );
}

function LoadedThreadView(props: ThreadViewProps & { readonly thread: LoadedThread }) {
  const { conversation, acts, thread } = props;
  const { t } = useText();
  const formats = useFormats();
  const { memberId } = useMe();
  const { queue, sent } = useDesk();
  const waiting = usePending(conversation.id);
  const { messages } = thread;
  const [opening] = useState(() => ({
    newest: messages.at(-1)?.position ?? 0,
    unreadFrom: findUnread(messages, conversation.unread),
  }));
  const pending = useMemo(
    () => dropAnswered(waiting, messages, { memberId, isSettled: (id) => sent.has(id) }),
    [waiting, messages, memberId, sent],
  );
  const items = useMemo(
    () => layOutThread(messages, { isSameDay: formats.isSameDay, unreadFrom: opening.unreadFrom }),
    [messages, formats, opening],
  );
  const { scroller, atEnd, toEnd } = useThreadScroll({
    oldest: messages[0]?.id,
    newest: pending.at(-1)?.clientId ?? messages.at(-1)?.id ?? "none",
    ownCount: pending.length,
  });
  const newestIn = messages.findLast((message) => message.direction === "in");
  useMarkRead({
    conversationId: conversation.id,
    position: newestIn?.position,
    unread: conversation.unread,
    inView: atEnd,
  });
  const { litId, jump } = useJump();
  const isFresh = (message: Message): boolean => message.position > opening.newest && !sent.has(message.id);
  return (
    <div className={css.scroller} ref={scroller} data-scroller>
      <div className={css.thread} role="log" aria-live="off" aria-label={t("thread.messages")}>
        <Older conversationId={conversation.id} more={thread.more} />
        {messages.length === 0 && pending.length === 0 ? (
          <EmptyState
            icon={<IconMessages size={22} stroke={1.6} />}
            title={t("thread.empty")}
            hint={t("thread.emptyHint")}
          />
        ) : null}
        {items.map((item) => (
          <Item
            key={item.key}
            item={item}
            fresh={item.kind === "message" && isFresh(item.message)}
            lit={item.kind === "message" && item.message.id === litId}
            contactName={conversation.contact.name}
            acts={acts}
            onJump={jump}
          />
        ))}
        {pending.map((one) => (
          <PendingBubble
            key={one.clientId}
            pending={one}
            onRetry={() => queue.retry(one.clientId)}
            onRemove={() => queue.remove(one.clientId)}
            onTemplate={() => acts?.onTemplate()}
          />
        ))}
        <NewBelow messages={messages} atEnd={atEnd} onClick={toEnd} />
      </div>
      <Announcer newest={newestIn} from={opening.newest} name={conversation.contact.name} />
    </div>
  );
}

interface ItemProps {
  readonly item: ThreadItem;
  readonly fresh: boolean;
  readonly lit: boolean;
  readonly contactName: string;
  readonly acts: BubbleActs | undefined;
  readonly onJump: (messageId: string) => void;
}

function Item({ item, ...rest }: ItemProps) {
  const { t } = useText();
  if (item.kind === "day") return <DayLine at={item.at} />;
  if (item.kind === "unread")
    return (
      <div className={css.unread} data-unread-line>
        {t("thread.unread")}
      </div>
    );
  if (item.kind === "system") return <SystemLine message={item.message} />;
  return <Bubble message={item.message} first={item.first} last={item.last} {...rest} />;
}

function DayLine(props: { readonly at: string }) {
  const formats = useFormats();
  const now = useNow();
  return <div className={css.day}>{formats.day(props.at, now)}</div>;
}

const SYSTEM_WORD = {
  identity_changed: "thread.systemIdentity",
  number_changed: "thread.systemNumber",
  user_id_changed: "thread.systemUserId",
} as const;

function SystemLine({ message }: { readonly message: Message }) {
  const { t } = useText();
  const formats = useFormats();
  const { body } = message;
  const known = body.kind === "system" && body.event !== "other" ? t(SYSTEM_WORD[body.event]) : undefined;
  const words = known ?? ("text" in body ? (body.text ?? "") : "");
  const alarming = body.kind === "system" && body.event !== "other";
  return (
    <div className={classes(css.system, alarming && css.alarming)}>
      {alarming ? (
        <IconKey size={14} stroke={1.8} aria-hidden="true" />
      ) : (
        <IconInfoCircle size={14} stroke={1.8} aria-hidden="true" />
      )}
      <span>
        <span dir="auto">{words}</span> · <time dateTime={message.at}>{formats.time(message.at)}</time>
      </span>
    </div>
  );
}

/** Reads on as soon as the top comes near; after a failure only when asked. */
function Older(props: { readonly conversationId: string; readonly more: boolean }) {
  const { t } = useText();
  const client = useQueryClient();
  const older = useMutation({ mutationFn: () => loadOlder(client, props.conversationId) });
  const top = useEndReached(() => {
    if (!older.isPending && !older.isError) older.mutate();
  });
  if (!props.more) return <div className={css.begin}>{t("thread.begin")}</div>;
  return (
    <div className={css.older}>
      {older.isError ? (
        <>
          {t("thread.olderFailed")}
          <Button variant="default" size="xs" onClick={() => older.mutate()}>
            {t("common.retry")}
          </Button>
        </>
      ) : (
        <span ref={top} role="status">
          {older.isPending ? t("common.loading") : ""}
        </span>
      )}
    </div>
  );
}

/** For who reads further up: how many have come below. */
function NewBelow(props: {
  readonly messages: readonly Message[];
  readonly atEnd: boolean;
  readonly onClick: () => void;
}) {
  const { t } = useText();
  const seen = useRef(0);
  const newest = props.messages.at(-1)?.position ?? 0;
  if (props.atEnd) seen.current = newest;
  if (props.atEnd) return null;
  const count = props.messages.filter(
    (message) => message.direction === "in" && message.position > seen.current,
  ).length;
  return (
    <button type="button" className={css.below} onClick={props.onClick}>
      <IconArrowDown size={16} stroke={1.8} aria-hidden="true" />
      {count === 0 ? t("thread.toNewest") : t("thread.newBelow", { count })}
    </button>
  );
}

/** Says a new message to who cannot see it. */
function Announcer(props: {
  readonly newest: Message | undefined;
  readonly from: number;
  readonly name: string;
}) {
  const { t } = useText();
  const { newest, from, name } = props;
  const words = newest !== undefined && "text" in newest.body ? (newest.body.text ?? "") : "";
  return (
    <div className={css.hidden} role="status">
      {newest === undefined || newest.position <= from ? null : (
        <span key={newest.id}>
          {t("thread.newFrom", { name })}: {words.slice(0, 200)}
        </span>
      )}
    </div>
  );
}

export function ThreadBones() {
  const { t } = useText();
  const shown = useDelayed();
  return (
    <div className={css.thread} role="status" aria-label={t("common.loading")}>
      {shown ? (
        <div className={css.bones}>
          {[1, 2, 3, 4, 5, 6].map((bone) => (
            <div key={bone} className={css.bone} />
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** How long a message found by a jump stays lit, in ms. */
const LIT_MS = 1600;

function useJump() {
  const [litId, setLitId] = useState<string>();
  const jump = (messageId: string) => {
    const target = document.getElementById(`message-${messageId}`);
    if (target === null) return;
    target.scrollIntoView({ block: "center" });
    setLitId(messageId);
    setTimeout(() => setLitId((now) => (now === messageId ? undefined : now)), LIT_MS);
  };
  return { litId, jump };
}

/** The position of the first message of the customer that was not read, or null. */
function findUnread(messages: readonly Message[], unread: number): number | null {
  if (unread === 0) return null;
  return (
    messages.filter((message) => message.direction === "in").at(-unread)?.position ??
    messages[0]?.position ??
    null
  );
}
