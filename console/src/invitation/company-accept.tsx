import { Button } from "@mantine/core";
import { IconBuilding } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { Contract } from "../../../contract/contract.ts";
import type { Answer } from "../api/client.ts";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { classes } from "../pieces/classes.ts";
import css from "../sso/sso.module.css";
import { leaveFor } from "../sso/sso-query.ts";
import { useText } from "../texts/text-context.tsx";

export interface CompanyAcceptProps {
  readonly token: string;
  readonly email: string | null;
  readonly accounts: Answer<Contract["openInvitation"]>["companyAccounts"];
  /** There is no other way. */
  readonly only: boolean;
}

/** Accepts an invitation by a company account, instead of a password; nothing where there is none. */
export function CompanyAccept({ token, email, accounts, only }: CompanyAcceptProps) {
  const { t, language } = useText();
  const start = useMutation({
    mutationFn: (connectionId: string) => api.startInvited({ body: { token, connectionId, language } }),
    meta: { expectsSignedOut: true },
    onSuccess: ({ location }) => leaveFor(location),
  });
  if (accounts.length === 0)
    return only ? <Callout tone="warn">{t("invitation.companyAway")}</Callout> : null;
  return (
    <div className={classes(css.companies, css.aboveForm)}>
      <p className={css.hint}>
        {email === null ? t("invitation.companyHint") : t("invitation.companyBound", { email })}
      </p>
      {accounts.map(({ id, label }) => (
        <Button
          key={id}
          variant={only ? "filled" : "default"}
          size="lg"
          fullWidth
          leftSection={<IconBuilding size={18} stroke={1.6} />}
          loading={start.isPending}
          onClick={() => start.mutate(id)}
        >
          {t("invitation.acceptWith", { label })}
        </Button>
      ))}
      <ProblemCallout error={start.error} />
      {only ? null : <span className={css.or}>{t("sso.or")}</span>}
    </div>
  );
}
