import { Button } from "@mantine/core";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { Chip } from "../pieces/chip.tsx";
import { Card, Section } from "../pieces/page.tsx";
import { MemberTeamsDialog } from "../teams/member-teams-dialog.tsx";
import { useTeams } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./member-sections.module.css";
import { useMemberPowers } from "./use-member-powers.ts";

/** The teams of a member; nothing in a workspace that does without. */
export function TeamsSection({ member }: { readonly member: Member }) {
  const { t } = useText();
  const teams = useTeams();
  const { changeTeams } = useMemberPowers(member);
  const [opened, setOpened] = useState(false);
  if (teams.length === 0) return null;
  const own = teams.filter(({ id }) => member.teamIds.includes(id));
  return (
    <Section
      title={t("teams.title")}
      aside={
        changeTeams ? (
          <Button variant="subtle" onClick={() => setOpened(true)}>
            {t("teams.change")}
          </Button>
        ) : undefined
      }
    >
      <Card>
        <div className={css.line}>
          {own.length === 0 ? <span className={css.hint}>{t("teams.inNone")}</span> : null}
          {own.map(({ id, name }) => (
            <Chip key={id}>
              <bdi>{name}</bdi>
            </Chip>
          ))}
        </div>
      </Card>
      <MemberTeamsDialog member={member} opened={opened} onClose={() => setOpened(false)} />
    </Section>
  );
}
