import { ActionIcon, Menu } from "@mantine/core";
import { IconCheck, IconUsersGroup, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMay, useMe } from "../api/me.ts";
import { teamsQuery } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./inbox-page.module.css";
import { useShownTeam } from "./use-shown-team.ts";

/** In the menu of filters: the teams that one may look at alone. Asked for when the menu is opened. */
export function TeamFilter(props: { readonly opened: boolean }) {
  const { t } = useText();
  const { memberId } = useMe();
  const seesAll = useMay()("conversation.open_with_reason");
  const shown = useShownTeam();
  const show = useShowTeam();
  const list = useQuery({ ...teamsQuery, enabled: props.opened }).data?.teams ?? [];
  const teams = list.filter(({ memberIds }) => seesAll || memberIds.includes(memberId));
  if (teams.length < (seesAll ? 1 : 2)) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t("inbox.team")}</Menu.Label>
      {[undefined, ...teams].map((team) => (
        <Menu.RadioItem
          key={team?.id ?? ""}
          value={team?.id ?? ""}
          checked={team?.id === shown}
          checkIcon={<IconCheck size={16} stroke={1.8} aria-hidden="true" />}
          closeMenuOnClick
          onChange={() => show(team?.id)}
        >
          {team === undefined ? t("inbox.allTeams") : <bdi>{team.name}</bdi>}
        </Menu.RadioItem>
      ))}
    </>
  );
}

/** Says above the list that it is of one team, and leads back to all. */
export function TeamBand() {
  const { t } = useText();
  const shown = useShownTeam();
  const show = useShowTeam();
  const teams = useQuery({ ...teamsQuery, enabled: shown !== undefined }).data?.teams;
  if (shown === undefined) return null;
  const name = teams?.find(({ id }) => id === shown)?.name;
  return (
    <div className={css.team}>
      <IconUsersGroup size={16} stroke={1.6} aria-hidden="true" />
      <span className={css.teamName}>{name === undefined ? t("inbox.oneTeam") : <bdi>{name}</bdi>}</span>
      <ActionIcon aria-label={t("inbox.allTeams")} onClick={() => show(undefined)}>
        <IconX size={16} stroke={1.6} />
      </ActionIcon>
    </div>
  );
}

/** Puts a team into the address, or takes it out. */
function useShowTeam(): (team: string | undefined) => void {
  const navigate = useNavigate();
  return (team) => void navigate({ to: ".", search: (before) => ({ ...before, team }), replace: true });
}
