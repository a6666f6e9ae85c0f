import { Radio } from "@mantine/core";
import type { Role } from "../../../contract/basics.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./role-choice.module.css";

export interface RoleChoiceProps {
  readonly roles: readonly Role[];
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** The roles with what each may do: nobody has to know them by heart. */
export function RoleChoice({ roles, value, onChange }: RoleChoiceProps) {
  const { t } = useText();
  return (
    <fieldset className={css.roles}>
      <legend className={css.legend}>{t("members.role")}</legend>
      {roles.map((role) => (
        <Radio
          key={role}
          name="role"
          checked={value === role}
          onChange={() => onChange(role)}
          label={t(`role.${role}`)}
          description={t(`members.${role}May`)}
          classNames={{ root: css.role, label: css.name, description: css.words }}
        />
      ))}
    </fieldset>
  );
}
