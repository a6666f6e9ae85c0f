import { useQuery } from "@tanstack/react-query";
import { Callout } from "../pieces/callout.tsx";
import { Card, Page } from "../pieces/page.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { networkRulesQuery } from "./networks-query.ts";
import { RulesForm } from "./rules-form.tsx";

/** From where the console is reached, and what networks are called. */
export function NetworksPage() {
  const { t } = useText();
  useTitle(t("networks.title"));
  const rules = useQuery({ ...networkRulesQuery, refetchOnWindowFocus: false });
  return (
    <Page title={t("networks.title")} lede={t("networks.lede")}>
      {rules.isPending ? (
        <Card>
          <SkeletonRows rows={4} avatar={false} />
        </Card>
      ) : null}
      {rules.isError ? (
        <Card>
          <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />
        </Card>
      ) : null}
      {rules.data?.state === "forged" ? (
        <Callout tone="critical" title={t("networks.forgedTitle")}>
          {t("networks.forged")}
        </Callout>
      ) : null}
      {rules.isSuccess ? <RulesForm key={rules.data.version} given={rules.data} /> : null}
    </Page>
  );
}
