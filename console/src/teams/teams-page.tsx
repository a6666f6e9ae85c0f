import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconTrash, IconUsersGroup, IconUsersPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Team } from "../../../contract/teams.ts";
import { useMay } from "../api/me.ts";
import { membersQuery } from "../api/queries.ts";
import { Card, Page } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { DissolveDialog } from "./dissolve-dialog.tsx";
import { NumbersOfTeams } from "./numbers-of-teams.tsx";
import { TeamNameDialog } from "./team-name-dialog.tsx";
import css from "./teams-page.module.css";
import { teamsQuery } from "./teams-query.ts";

/** The teams, who is in them, and which numbers are theirs. */
export function TeamsPage() {
  const { t } = useText();
  useTitle(t("teams.title"));
  const mayManage = useMay()("team.manage");
  const list = useQuery(teamsQuery);
  const [making, setMaking] = useState(false);
  const teams = list.data?.teams ?? [];
  const create = (
    <Button leftSection={<IconUsersPlus size={16} stroke={1.6} />} onClick={() => setMaking(true)}>
      {t("teams.new")}
    </Button>
  );
  return (
    <Page
      title={t("teams.title")}
      lede={t("teams.lede")}
      actions={mayManage && teams.length > 0 ? create : undefined}
    >
      <Card>
        {list.isPending ? <SkeletonRows rows={3} avatar={false} /> : null}
        {list.isError ? <ErrorState error={list.error} onRetry={() => void list.refetch()} /> : null}
        {list.isSuccess && teams.length === 0 ? (
          <EmptyState
            icon={<IconUsersGroup size={22} stroke={1.6} />}
            title={t("teams.none")}
            hint={t("teams.noneHint")}
          >
            {mayManage ? create : null}
          </EmptyState>
        ) : null}
        <ul>
          {teams.map((team) => (
            <TeamRow key={team.id} team={team} />
          ))}
        </ul>
      </Card>
      {list.data === undefined || teams.length === 0 ? null : <NumbersOfTeams list={list.data} />}
      <TeamNameDialog opened={making} onClose={() => setMaking(false)} />
    </Page>
  );
}

function TeamRow({ team }: { readonly team: Team }) {
  const { t } = useText();
  const mayManage = useMay()("team.manage");
  const members = useQuery(membersQuery).data?.members ?? [];
  const inIt = members.filter(({ id, state }) => state === "active" && team.memberIds.includes(id));
  const names = inIt.map(({ name }) => name);
  return (
    <li className={css.row}>
      <span className={css.sign} aria-hidden="true">
        <IconUsersGroup size={18} stroke={1.6} />
      </span>
      <div className={css.words}>
        <div className={css.name}>
          <bdi>{team.name}</bdi>
        </div>
        <div className={css.facts}>
          {names.length === 0 ? t("teams.nobody") : names.map((name) => <bdi key={name}>{name}</bdi>)}
        </div>
      </div>
      {mayManage ? <TeamMenu team={team} /> : null}
    </li>
  );
}

function TeamMenu({ team }: { readonly team: Team }) {
  const { t } = useText();
  const [dialog, setDialog] = useState<"rename" | "dissolve">();
  const close = () => setDialog(undefined);
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={t("teams.actions", { name: team.name })}>
            <IconDots size={18} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} stroke={1.6} />} onClick={() => setDialog("rename")}>
            {t("teams.rename")}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} stroke={1.6} />}
            onClick={() => setDialog("dissolve")}
          >
            {t("teams.dissolve")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <TeamNameDialog team={team} opened={dialog === "rename"} onClose={close} />
      <DissolveDialog team={team} opened={dialog === "dissolve"} onClose={close} />
    </>
  );
}
