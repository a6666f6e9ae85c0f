import { Menu, TextInput, UnstyledButton } from "@mantine/core";
import { IconCheck, IconChevronDown, IconSearch, IconUser } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Conversation } from "../../../contract/conversations.ts";
import type { Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { useMay, useMe } from "../api/me.ts";
import { membersQuery } from "../api/queries.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./chat-header.module.css";
import { TeamItems } from "./team-items.tsx";
import { putRow } from "./use-live-inbox.ts";

export interface AssigneeMenuProps {
  readonly conversation: Conversation;
  /** Only the avatar: on a phone. */
  readonly compact: boolean;
}

/** From this many members on a search is offered. Ours: about what fits without scrolling. */
const SEARCH_FROM = 8;

/** Whose chat it is; a menu for who may change that. */
export function AssigneeMenu({ conversation, compact }: AssigneeMenuProps) {
  const { t } = useText();
  const { memberId } = useMe();
  const may = useMay();
  const name = useAssigneeName(conversation);
  const shown = conversation.assigneeId === memberId ? t("head.you") : (name ?? t("head.nobody"));
  const label = t("head.assignedTo", { name: shown });
  const mayTake = conversation.assigneeId === null && may("conversation.take");
  // Everybody may hand on, or give back, a chat of their own.
  const mayAssign = may("conversation.assign") || conversation.assigneeId === memberId;
  const face = <Face conversation={conversation} name={name} />;
  const word = compact ? null : (
    <span className={css.assigneeName}>
      <bdi>{shown}</bdi>
    </span>
  );
  if (!mayAssign && !mayTake)
    return compact ? null : (
      <span className={css.assignee} title={label}>
        {face}
        {word}
      </span>
    );
  return (
    <Menu position="bottom-end" width={232}>
      <Menu.Target>
        <UnstyledButton className={css.assignee} aria-label={`${t("head.assign")}. ${label}`}>
          {face}
          {word}
          {compact ? null : <IconChevronDown size={14} stroke={1.8} aria-hidden="true" />}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices conversation={conversation} all={mayAssign} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Face(props: { readonly conversation: Conversation; readonly name: string | undefined }) {
  const me = useMe();
  const { assigneeId } = props.conversation;
  if (assigneeId === null || props.name === undefined) return <NobodySign />;
  const own = assigneeId === me.memberId;
  return <Avatar name={own ? me.name : props.name} seed={assigneeId} size="small" self={own} />;
}

function NobodySign() {
  return (
    <span className={css.nobody} aria-hidden="true">
      <IconUser size={14} stroke={1.6} />
    </span>
  );
}

function Choices({ conversation, all }: { readonly conversation: Conversation; readonly all: boolean }) {
  const { t } = useText();
  const me = useMe();
  const [search, setSearch] = useState("");
  const members = useQuery({ ...membersQuery, enabled: all }).data?.members ?? [];
  const assign = useAssign(conversation);
  const may = useMay();
  const { teamId } = conversation;
  const isOfTeam = (member: Member) =>
    teamId === null || member.teamIds.includes(teamId) || may("conversation.assign_anybody");
  const others = members.filter(
    (member) => member.state === "active" && member.id !== me.memberId && isOfTeam(member),
  );
  const shown = others.filter((member) => member.name.toLowerCase().includes(search.trim().toLowerCase()));
  const own = conversation.assigneeId === me.memberId;
  return (
    <>
      {others.length >= SEARCH_FROM ? (
        <div className={css.find}>
          <TextInput
            value={search}
            placeholder={t("head.findMember")}
            aria-label={t("head.findMember")}
            leftSection={<IconSearch size={16} stroke={1.6} />}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      ) : null}
      <Menu.Item
        leftSection={<Avatar name={me.name} size="small" self />}
        rightSection={own ? <IconCheck size={16} stroke={1.8} aria-hidden="true" /> : null}
        aria-checked={own}
        role="menuitemradio"
        onClick={() => assign.mutate(me.memberId)}
      >
        {t(own ? "head.you" : "head.assignMe")}
      </Menu.Item>
      <div className={css.members}>
        {shown.map((member) => (
          <Menu.Item
            key={member.id}
            role="menuitemradio"
            aria-checked={member.id === conversation.assigneeId}
            leftSection={<Avatar name={member.name} seed={member.id} size="small" />}
            rightSection={
              member.id === conversation.assigneeId ? (
                <IconCheck size={16} stroke={1.8} aria-hidden="true" />
              ) : null
            }
            onClick={() => assign.mutate(member.id)}
          >
            <bdi>{member.name}</bdi>
          </Menu.Item>
        ))}
        {search !== "" && shown.length === 0 ? <p className={css.none}>{t("head.noMember")}</p> : null}
      </div>
      {all && conversation.assigneeId !== null ? (
        <>
          <Menu.Divider />
          <Menu.Item leftSection={<NobodySign />} onClick={() => assign.mutate(null)}>
            {t("head.unassign")}
          </Menu.Item>
        </>
      ) : null}
      {all ? <TeamItems conversation={conversation} /> : null}
      {assign.isError ? (
        <p className={css.fault} role="alert">
          {t("head.failed")}
        </p>
      ) : null}
    </>
  );
}

function useAssign(conversation: Conversation) {
  const client = useQueryClient();
  const { memberId } = useMe();
  return useMutation({
    mutationFn: (to: string | null) =>
      to === memberId && conversation.assigneeId === null
        ? api.takeConversation({ params: { id: conversation.id } })
        : api.assignConversation({ params: { id: conversation.id }, body: { memberId: to } }),
    onSuccess: (row) => putRow(client, row, memberId),
  });
}

/** The name of whoever has the chat; undefined while nobody does. */
export function useAssigneeName(chat: {
  readonly assigneeId: string | null;
  readonly members?: ReadonlyArray<{ readonly id: string; readonly name: string }>;
}): string | undefined {
  const members = useQuery(membersQuery).data?.members;
  if (chat.assigneeId === null) return undefined;
  const known = [...(chat.members ?? []), ...(members ?? [])];
  return known.find(({ id }) => id === chat.assigneeId)?.name ?? "…";
}
