import { Menu } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Conversation } from "../../../contract/conversations.ts";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { teamsQuery } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./chat-header.module.css";
import { putRow } from "./use-live-inbox.ts";

/** Other teams that see the chat's number: there it waits for somebody to take it. */
export function TeamItems({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useText();
  const client = useQueryClient();
  const { memberId } = useMe();
  const list = useQuery(teamsQuery).data;
  const move = useMutation({
    mutationFn: (teamId: string) =>
      api.moveConversation({ params: { id: conversation.id }, body: { teamId } }),
    onSuccess: (row) => putRow(client, row, memberId),
  });
  const seenBy = list?.numbers.find(({ numberId }) => numberId === conversation.number.id)?.teamIds ?? [];
  const others = (list?.teams ?? []).filter(
    ({ id }) => id !== conversation.teamId && (seenBy.length === 0 || seenBy.includes(id)),
  );
  if (others.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t("teams.handTo")}</Menu.Label>
      {others.map(({ id, name }) => (
        <Menu.Item
          key={id}
          leftSection={<IconUsersGroup size={16} stroke={1.6} />}
          onClick={() => move.mutate(id)}
        >
          <bdi>{name}</bdi>
        </Menu.Item>
      ))}
      {move.isError ? (
        <p className={css.fault} role="alert">
          {t("head.failed")}
        </p>
      ) : null}
    </>
  );
}
