import { Button } from "@mantine/core";
import { IconDeviceMobile } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PhoneNumber } from "../../../contract/numbers.ts";
import type { TeamList } from "../../../contract/teams.ts";
import { useMay } from "../api/me.ts";
import { numbersQuery } from "../api/queries.ts";
import { Card, Section } from "../pieces/page.tsx";
import { useText } from "../texts/text-context.tsx";
import { NumberTeamsDialog } from "./number-teams-dialog.tsx";
import css from "./teams-page.module.css";

/** Each number with who sees it, and whose its new chats are. */
export function NumbersOfTeams({ list }: { readonly list: TeamList }) {
  const { t } = useText();
  const numbers = useQuery(numbersQuery).data?.numbers ?? [];
  if (numbers.length === 0) return null;
  return (
    <Section title={t("teams.numbers")}>
      <Card>
        <ul>
          {numbers.map((number) => (
            <NumberRow key={number.id} number={number} list={list} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function NumberRow({ number, list }: { readonly number: PhoneNumber; readonly list: TeamList }) {
  const { t } = useText();
  const mayManage = useMay()("team.manage");
  const [opened, setOpened] = useState(false);
  const now = list.numbers.find(({ numberId }) => numberId === number.id);
  const nameOf = (teamId: string) => list.teams.find(({ id }) => id === teamId)?.name ?? "";
  const own = now?.defaultTeamId ?? null;
  const seenBy = (now?.teamIds ?? []).map(nameOf);
  return (
    <li className={css.row}>
      <span className={css.sign} aria-hidden="true">
        <IconDeviceMobile size={18} stroke={1.6} />
      </span>
      <div className={css.words}>
        <div className={css.name}>
          <bdi>{number.verifiedName}</bdi>
        </div>
        <div className={css.facts}>
          <span>{seenBy.length === 0 ? t("teams.all") : t("teams.only", { teams: seenBy.join(", ") })}</span>
          <span>{own === null ? t("teams.newToEverybody") : t("teams.newTo", { team: nameOf(own) })}</span>
        </div>
      </div>
      {mayManage ? (
        <Button
          variant="subtle"
          onClick={() => setOpened(true)}
          aria-label={t("teams.changeNumber", { name: number.verifiedName })}
        >
          {t("teams.change")}
        </Button>
      ) : null}
      <NumberTeamsDialog
        {...{ number, now, opened }}
        teams={list.teams}
        onClose={() => setOpened(false)}
        key={`${opened}`}
      />
    </li>
  );
}
