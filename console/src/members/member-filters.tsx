import { NativeSelect, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import type { Member } from "../../../contract/members.ts";
import { useTeams } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./member-filters.module.css";
import { ROLES } from "./roles.ts";

/** Whom to show. Empty: whoever they are. */
export interface WantedMembers {
  readonly words: string;
  readonly role: string;
  readonly teamId: string;
}

export const EVERYBODY: WantedMembers = { words: "", role: "", teamId: "" };

export function findMembers(members: readonly Member[], wanted: WantedMembers): Member[] {
  const words = wanted.words.trim().toLocaleLowerCase();
  return members.filter(
    ({ name, email, role, teamIds }) =>
      (name.toLocaleLowerCase().includes(words) || (email ?? "").toLocaleLowerCase().includes(words)) &&
      (wanted.role === "" || role === wanted.role) &&
      (wanted.teamId === "" || teamIds.includes(wanted.teamId)),
  );
}

export interface MemberFiltersProps {
  readonly value: WantedMembers;
  readonly onChange: (wanted: WantedMembers) => void;
}

/** By name or address, role and team. */
export function MemberFilters({ value, onChange }: MemberFiltersProps) {
  const { t } = useText();
  const teams = useTeams();
  return (
    <search className={css.bar}>
      <TextInput
        className={css.words}
        value={value.words}
        placeholder={t("members.find")}
        aria-label={t("members.find")}
        leftSection={<IconSearch size={16} stroke={1.6} />}
        onChange={({ currentTarget }) => onChange({ ...value, words: currentTarget.value })}
      />
      <NativeSelect
        aria-label={t("members.role")}
        value={value.role}
        onChange={({ currentTarget }) => onChange({ ...value, role: currentTarget.value })}
        data={[
          { value: "", label: t("members.everyRole") },
          ...ROLES.map((role) => ({ value: role, label: t(`role.${role}`) })),
        ]}
      />
      {teams.length === 0 ? null : (
        <NativeSelect
          aria-label={t("teams.title")}
          value={value.teamId}
          onChange={({ currentTarget }) => onChange({ ...value, teamId: currentTarget.value })}
          data={[
            { value: "", label: t("members.everyTeam") },
            ...teams.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
    </search>
  );
}
