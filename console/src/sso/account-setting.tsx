import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { leaveFor, ownAccountsQuery } from "./sso-query.ts";
import { useReturnText } from "./use-return-text.ts";

/** One's own company account, in the profile; nothing where the workspace has no such accounts. */
export function CompanyAccountSetting({ company }: { readonly company: string | undefined }) {
  const { t } = useText();
  const returnText = useReturnText();
  const queryClient = useQueryClient();
  const accounts = useQuery(ownAccountsQuery).data?.accounts ?? [];
  const connect = useMutation({
    mutationFn: (connectionId: string) => api.connectOwnAccount({ body: { connectionId } }),
    onSuccess: ({ location }) => leaveFor(location),
  });
  const disconnect = useMutation({
    mutationFn: () => api.disconnectOwnAccounts(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ownAccountsQuery.queryKey }),
  });
  if (accounts.length === 0) return null;
  const isLinked = accounts.some(({ linked }) => linked);
  return (
    <Setting title={t("sso.ownAccount")} hint={isLinked ? t("sso.ownLinked") : t("sso.ownHint")}>
      {company === undefined || company === "done" ? null : (
        <Callout tone="warn">{returnText(company)}</Callout>
      )}
      {accounts
        .filter(({ linked }) => !linked)
        .map(({ id, label }) => (
          <Button key={id} variant="default" loading={connect.isPending} onClick={() => connect.mutate(id)}>
            {t("sso.connectOwn", { label })}
          </Button>
        ))}
      {isLinked ? (
        <Button variant="subtle" loading={disconnect.isPending} onClick={() => disconnect.mutate()}>
          {t("sso.disconnectOwn")}
        </Button>
      ) : null}
      <ProblemCallout error={connect.error ?? disconnect.error} />
    </Setting>
  );
}
