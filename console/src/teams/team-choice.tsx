import { Checkbox } from "@mantine/core";
import type { Team } from "../../../contract/teams.ts";
import css from "./team-choice.module.css";

export interface TeamChoiceProps {
  readonly title: string;
  readonly teams: readonly Team[];
  readonly value: ReadonlySet<string>;
  readonly onChange: (value: ReadonlySet<string>) => void;
  /** Those that are not the reader's to change. */
  readonly isFixed?: (team: Team) => boolean;
}

/** One line each, to tick. */
export function TeamChoice({ title, teams, value, onChange, isFixed }: TeamChoiceProps) {
  const toggle = (id: string) =>
    onChange(value.has(id) ? value.difference(new Set([id])) : value.union(new Set([id])));
  return (
    <fieldset className={css.teams}>
      <legend className={css.legend}>{title}</legend>
      {teams.map((team) => (
        <Checkbox
          key={team.id}
          label={<bdi>{team.name}</bdi>}
          checked={value.has(team.id)}
          disabled={isFixed?.(team) === true}
          onChange={() => toggle(team.id)}
        />
      ))}
    </fieldset>
  );
}
