import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconMessageOff } from "@tabler/icons-react";
import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Conversation, ConversationRow } from "../../../contract/conversations.ts";
import { ApiProblem } from "../api/api-problem.ts";
import { useMay } from "../api/me.ts";
import { useWatch } from "../live/live-context.tsx";
import { EmptyState, ErrorState } from "../pieces/states.tsx";
import { Watermark } from "../screen/watermark.tsx";
import { useText } from "../texts/text-context.tsx";
import { BELOW } from "../theme/sizes.ts";
import { ChatHeader } from "./chat-header.tsx";
import css from "./chat-page.module.css";
import { Composer } from "./composer/composer.tsx";
import { useDesk } from "./composer/send-desk.ts";
import { ContactDrawer } from "./contact/contact-drawer.tsx";
import { ContactPanel } from "./contact/contact-panel.tsx";
import { LISTS_KEY, listQuery } from "./list/list-query.ts";
import type { InboxView, RowPage } from "./list/merge-rows.ts";
import { LockedChat } from "./locked-chat.tsx";
import { TemplateDialog } from "./templates/template-dialog.tsx";
import type { BubbleActs } from "./thread/bubble-acts.ts";
import { ThreadBones } from "./thread/thread-bones.tsx";
import { conversationQuery } from "./thread/thread-query.ts";
import { ThreadView } from "./thread/thread-view.tsx";
import { useReact } from "./thread/use-react.ts";

/** One chat beside the list. */
export function ChatPage() {
  const { conversationId, view } = useParams({ strict: false });
  if (conversationId === undefined) return null;
  return <Chat key={conversationId} id={conversationId} view={(view ?? "mine") as InboxView} />;
}

interface ChatProps {
  readonly id: string;
  readonly view: InboxView;
}

/** The chat as far as the reader may see it. */
function Chat({ id, view }: ChatProps) {
  const { t } = useText();
  const client = useQueryClient();
  const listed = findListedRow(client.getQueriesData<InfiniteData<RowPage>>({ queryKey: LISTS_KEY }), id);
  const hidden = listed?.sight === "closed_to_you";
  const chat = useQuery({ ...conversationQuery(id), enabled: !hidden });
  const refused = hidden ? 403 : chat.error instanceof ApiProblem ? chat.error.status : undefined;
  const isHidden = refused === 403 && (hidden ? chat.data === undefined : true);
  const code = chat.error instanceof ApiProblem ? chat.error.code : undefined;
  if (isHidden) return <HiddenChat id={id} view={view} listed={listed} code={code} />;
  if (chat.data !== undefined && refused !== 404) return <OpenChat conversation={chat.data} view={view} />;
  return (
    <section className={css.chat}>
      {refused === 404 ? (
        <EmptyState
          icon={<IconMessageOff size={22} stroke={1.6} />}
          title={t("locked.gone")}
          hint={t("locked.goneHint")}
        />
      ) : chat.isError ? (
        <ErrorState error={chat.error} title={t("thread.loadFailed")} onRetry={() => void chat.refetch()} />
      ) : (
        <ThreadBones />
      )}
    </section>
  );
}

interface HiddenChatProps extends ChatProps {
  readonly listed: ConversationRow | undefined;
  /** Of the refusal, where the chat was asked for. */
  readonly code: string | undefined;
}

/** A chat opened by its address is looked up among those that wait, to say how long it has. */
function HiddenChat({ id, view, listed, code }: HiddenChatProps) {
  const waiting = useInfiniteQuery({
    ...listQuery("unassigned", "open"),
    enabled: listed === undefined && code === "inbox.take_first",
  });
  const found = waiting.data?.pages.flatMap((page) => page.conversations).find((row) => row.id === id);
  const row = listed ?? found;
  const waits = row === undefined ? code === "inbox.take_first" : row.assigneeId === null;
  return (
    <section className={css.chat}>
      <LockedChat id={id} view={view} row={row} waits={waits} />
    </section>
  );
}

function OpenChat({ conversation, view }: { readonly conversation: Conversation; readonly view: InboxView }) {
  const { t } = useText();
  const may = useMay();
  const narrow = useMediaQuery(BELOW.contact, undefined, { getInitialValueInEffect: false }) ?? false;
  const [beside, panel] = useDisclosure(true);
  const [drawn, drawer] = useDisclosure(false);
  const [choosing, chooser] = useDisclosure(false);
  const { drafts } = useDesk();
  const react = useReact(conversation.id);
  useWatch(conversation.id);
  const maySend = may("message.send");
  const acts = useMemo<BubbleActs | undefined>(() => {
    if (!maySend) return undefined;
    return {
      onReply: (message) => {
        drafts.change(conversation.id, { replyTo: message });
        document.querySelector<HTMLElement>("[data-composer]")?.focus();
      },
      onReact: react,
      onTemplate: chooser.open,
      onContact: narrow ? drawer.open : panel.open,
    };
  }, [maySend, conversation.id, drafts, react, narrow, chooser.open, drawer.open, panel.open]);
  return (
    <div className={css.split} data-panel={beside && !narrow}>
      <section className={css.chat} aria-label={conversation.contact.name}>
        <ChatHeader
          conversation={conversation}
          view={view}
          panelShown={narrow ? drawn : beside}
          onPanel={narrow ? drawer.toggle : panel.toggle}
        />
        <ThreadView conversation={conversation} acts={acts} />
        {acts === undefined ? null : <Composer conversation={conversation} onTemplate={chooser.open} />}
        <Watermark />
      </section>
      {narrow ? (
        <ContactDrawer opened={drawn} size={304} onClose={drawer.close}>
          <ContactPanel conversation={conversation} />
        </ContactDrawer>
      ) : beside ? (
        <aside className={css.panel} aria-label={t("panel.title")}>
          <ContactPanel conversation={conversation} />
        </aside>
      ) : null}
      <TemplateDialog conversation={conversation} opened={choosing} onClose={chooser.close} />
    </div>
  );
}

function findListedRow(
  lists: ReadonlyArray<readonly [unknown, InfiniteData<RowPage> | undefined]>,
  id: string,
): ConversationRow | undefined {
  for (const [, data] of lists)
    for (const page of data?.pages ?? []) {
      const row = page.conversations.find((one) => one.id === id);
      if (row !== undefined) return row;
    }
  return undefined;
}
