import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconCheck, IconFolderOpen, IconLayoutSidebarRight } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Conversation } from "../../../contract/conversations.ts";
import { api } from "../api/client.ts";
import { useMay, useMe } from "../api/me.ts";
import { numbersQuery } from "../api/queries.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Keys } from "../pieces/keys.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { useText } from "../texts/text-context.tsx";
import { BELOW } from "../theme/sizes.ts";
import { AssigneeMenu } from "./assignee-menu.tsx";
import css from "./chat-header.module.css";
import type { InboxView } from "./list/merge-rows.ts";
import { putRow } from "./use-live-inbox.ts";
import { useSingleKey } from "./use-single-key.ts";

export interface ChatHeaderProps {
  readonly conversation: Conversation;
  readonly view: InboxView;
  readonly panelShown: boolean;
  readonly onPanel: () => void;
}

/** Who it is, whose it is, and closing it. */
export function ChatHeader({ conversation, view, panelShown, onPanel }: ChatHeaderProps) {
  const { t } = useText();
  const phone = useMediaQuery(BELOW.phone, undefined, { getInitialValueInEffect: false }) ?? false;
  const toggle = useToggleClosed(conversation);
  const may = useMay();
  const closed = conversation.state === "closed";
  const word = t(closed ? "head.reopen" : "head.close");
  const Icon = closed ? IconFolderOpen : IconCheck;
  useSingleKey("e", () => {
    if (may("message.send") && !toggle.isPending) toggle.mutate();
  });
  return (
    <>
      <header className={css.bar}>
        {phone ? (
          <>
            <ActionIcon
              renderRoot={(props) => <Link {...props} to="/inbox/$view" params={{ view }} />}
              aria-label={t("head.back")}
            >
              <IconArrowLeft className={css.mirrored} size={22} stroke={1.6} />
            </ActionIcon>
            <Avatar name={conversation.contact.name} seed={conversation.contact.id} />
          </>
        ) : null}
        <div className={css.words}>
          <h2 className={css.name} dir="auto">
            {conversation.contact.name}
          </h2>
          <NumberLine conversation={conversation} short={phone} />
        </div>
        <AssigneeMenu conversation={conversation} compact={phone} />
        {!may("message.send") ? null : phone ? (
          <ActionIcon aria-label={word} loading={toggle.isPending} onClick={() => toggle.mutate()}>
            <Icon size={22} stroke={1.6} />
          </ActionIcon>
        ) : (
          <Button
            variant="default"
            leftSection={<Icon size={16} stroke={1.6} />}
            rightSection={<Keys>E</Keys>}
            loading={toggle.isPending}
            onClick={() => toggle.mutate()}
          >
            {word}
          </Button>
        )}
        <Tooltip label={t(panelShown ? "head.hidePanel" : "head.showPanel")}>
          <ActionIcon
            aria-label={t(panelShown ? "head.hidePanel" : "head.showPanel")}
            aria-expanded={panelShown}
            onClick={onPanel}
          >
            <IconLayoutSidebarRight className={css.mirrored} size={phone ? 22 : 18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </header>
      {toggle.isError ? (
        <p className={css.fault} role="alert">
          {t("head.failed")}
        </p>
      ) : null}
    </>
  );
}

/** Our number, so that nobody answers from the wrong shop. */
function NumberLine(props: { readonly conversation: Conversation; readonly short: boolean }) {
  const { conversation } = props;
  const numbers = useQuery(numbersQuery).data?.numbers;
  const number = numbers?.find(({ id }) => id === conversation.number.id);
  return (
    <div className={css.number}>
      <bdi>{conversation.number.verifiedName}</bdi>
      {number === undefined || props.short ? null : (
        <>
          {" · "}
          <Ltr>{number.displayPhoneNumber}</Ltr>
        </>
      )}
    </div>
  );
}

function useToggleClosed(conversation: Conversation) {
  const client = useQueryClient();
  const { memberId } = useMe();
  return useMutation({
    mutationFn: () =>
      conversation.state === "closed"
        ? api.reopenConversation({ params: { id: conversation.id } })
        : api.closeConversation({ params: { id: conversation.id } }),
    onSuccess: (row) => putRow(client, row, memberId),
  });
}
