import { Checkbox, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SsoSettings } from "../../../contract/sso.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { membersQuery } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Card } from "../pieces/page.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./sso.module.css";
import { useChangeSso } from "./sso-query.ts";

/** Whether company accounts are the only way in, and which Owner gets in all the same. */
export function OnlyCard({ settings }: { readonly settings: SsoSettings }) {
  const { t } = useText();
  const may = useMay();
  const members = useQuery(membersQuery).data?.members ?? [];
  const owners = members.filter(({ role, state }) => role === "owner" && state === "active");
  const [chosen, setChosen] = useState(settings.only.breakGlass);
  const change = useChangeSso((required: boolean) =>
    api.requireSso({ body: { required, breakGlass: chosen } }),
  );
  const { required } = settings.only;
  const isAnyOn = settings.oidc.connection?.enabled === true || settings.saml.connection?.enabled === true;
  if (!isAnyOn && !required) return null;
  return (
    <Card padded>
      <div className={css.stack}>
        <Switch
          label={t("sso.only")}
          description={t("sso.onlyHint")}
          checked={required}
          disabled={!may("policy.change") || change.isPending}
          onChange={({ currentTarget }) => change.mutate(currentTarget.checked)}
        />
        <div>
          <h4 className={css.label}>{t("sso.breakGlass")}</h4>
          <p className={css.hint}>{t("sso.breakGlassHint")}</p>
        </div>
        {owners.map(({ id, name }) => (
          <Checkbox
            key={id}
            label={<bdi>{name}</bdi>}
            checked={chosen.includes(id)}
            disabled={required || change.isPending}
            onChange={({ currentTarget }) =>
              setChosen(currentTarget.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
            }
          />
        ))}
        <ProblemCallout error={change.error} />
      </div>
    </Card>
  );
}
