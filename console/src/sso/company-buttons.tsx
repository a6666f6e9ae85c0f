import { Button } from "@mantine/core";
import { IconBuilding } from "@tabler/icons-react";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./sso.module.css";
import { leaveFor } from "./sso-query.ts";

const choicesQuery = (company: string | undefined) =>
  queryOptions({
    queryKey: ["sso choices", company ?? null],
    queryFn: ({ signal }) => api.listSignInChoices({ query: { company }, signal }),
    meta: { expectsSignedOut: true },
  });

export interface CompanyButtonsProps {
  /** Of the link that a company gives its people. */
  readonly company: string | undefined;
  readonly next: string | undefined;
}

/** Ways in by a company account, where there are any; nothing where there are none. */
export function CompanyButtons({ company, next }: CompanyButtonsProps) {
  const { t } = useText();
  const choices = useQuery(choicesQuery(company)).data?.choices ?? [];
  const start = useMutation({
    mutationFn: (connectionId: string) =>
      api.startSso({ body: { connectionId, ...(next === undefined ? {} : { next }) } }),
    meta: { expectsSignedOut: true },
    onSuccess: ({ location }) => leaveFor(location),
  });
  if (choices.length === 0) return null;
  return (
    <div className={css.companies}>
      {choices.map(({ id, label }) => (
        <Button
          key={id}
          variant="default"
          size="lg"
          fullWidth
          leftSection={<IconBuilding size={18} stroke={1.6} />}
          loading={start.isPending}
          onClick={() => start.mutate(id)}
        >
          {t("sso.signInWith", { label })}
        </Button>
      ))}
      <ProblemCallout error={start.error} />
      <span className={css.or}>{t("sso.or")}</span>
    </div>
  );
}
