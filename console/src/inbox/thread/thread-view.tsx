import { IconMessages } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Conversation, Message } from "../../../../contract/conversations.ts";
import { useMe } from "../../api/me.ts";
import { EmptyState, ErrorState } from "../../pieces/states.tsx";
import { useFormats, useText } from "../../texts/text-context.tsx";
import { useDesk, usePending } from "../composer/send-desk.ts";
import { Bubble } from "./bubble.tsx";
import type { BubbleActs } from "./bubble-acts.ts";
import { dropAnswered } from "./drop-answered.ts";
import type { LoadedThread } from "./merge-messages.ts";
import { Announcer, NewBelow } from "./new-below.tsx";
import { OlderMessages } from "./older-messages.tsx";
import { PendingBubble } from "./pending-bubble.tsx";
import css from "./thread.module.css";
import { ThreadBones } from "./thread-bones.tsx";
import { layOutThread, type ThreadItem } from "./thread-items.ts";
import { DayLine, SystemLine } from "./thread-lines.tsx";
import { threadQuery } from "./thread-query.ts";
import { useJump } from "./use-jump.ts";
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
        <OlderMessages conversationId={conversation.id} more={thread.more} />
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

/** The position of the first message of the customer that was not read, or null. */
function findUnread(messages: readonly Message[], unread: number): number | null {
  if (unread === 0) return null;
  return (
    messages.filter((message) => message.direction === "in").at(-unread)?.position ??
    messages[0]?.position ??
    null
  );
}
