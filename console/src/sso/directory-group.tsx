import { NativeSelect } from "@mantine/core";
import type { ScimGroupView } from "../../../contract/sso.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useTeams } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./sso.module.css";
import { useChangeSso } from "./sso-query.ts";

const GIVEN = ["agent", "team_lead", "admin"] as const;

/** What of a group is changed; what is absent stays. */
interface Meaning {
  readonly role?: (typeof GIVEN)[number] | null;
  readonly teamId?: string | null;
}

/** A group of the directory, the role that it gives, and the team into which it leads. */
export function DirectoryGroup({ group }: { readonly group: ScimGroupView }) {
  const { t } = useText();
  const teams = useTeams();
  const mayManage = useMay()("scim.manage");
  const map = useChangeSso((body: Meaning) => api.mapScimGroup({ params: { id: group.id }, body }));
  const disabled = !mayManage || map.isPending;
  return (
    <li className={css.row}>
      <span className={css.words}>
        <bdi>{group.displayName}</bdi>
        <span className={css.hint}> · {t("sso.groupMembers", { count: group.members })}</span>
      </span>
      <span className={css.gives}>
        <NativeSelect
          aria-label={t("sso.groupGives", { group: group.displayName })}
          value={group.role ?? ""}
          disabled={disabled}
          onChange={({ currentTarget }) =>
            map.mutate({ role: GIVEN.find((role) => role === currentTarget.value) ?? null })
          }
          data={[
            { value: "", label: t("sso.givesNothing") },
            ...GIVEN.map((role) => ({ value: role, label: t(`role.${role}`) })),
          ]}
        />
        {teams.length === 0 ? null : (
          <NativeSelect
            aria-label={t("sso.groupLeadsInto", { group: group.displayName })}
            value={group.teamId ?? ""}
            disabled={disabled}
            onChange={({ currentTarget }) =>
              map.mutate({ teamId: currentTarget.value === "" ? null : currentTarget.value })
            }
            data={[
              { value: "", label: t("sso.leadsNowhere") },
              ...teams.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </span>
      <ProblemCallout error={map.error} />
    </li>
  );
}
