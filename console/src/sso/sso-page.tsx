import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { SsoSettings } from "../../../contract/sso.ts";
import { Callout } from "../pieces/callout.tsx";
import { Card, Page, Section } from "../pieces/page.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { DirectoryCard } from "./directory-card.tsx";
import { OidcCard } from "./oidc-card.tsx";
import { OnlyCard } from "./only-card.tsx";
import { SamlCard } from "./saml-card.tsx";
import { ssoQuery } from "./sso-query.ts";
import { useReturnText } from "./use-return-text.ts";

const route = getRouteApi("/signed-in/single-sign-on");

/** How the workspace signs in with its company's accounts, and the directory that keeps its members. */
export function SsoPage() {
  const { t } = useText();
  useTitle(t("sso.title"));
  const settings = useQuery(ssoQuery);
  return (
    <Page title={t("sso.title")} lede={t("sso.lede")}>
      <Tested />
      {settings.isPending ? (
        <Card>
          <SkeletonRows rows={3} />
        </Card>
      ) : null}
      {settings.isError ? (
        <Card>
          <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />
        </Card>
      ) : null}
      {settings.isSuccess ? <Cards settings={settings.data} /> : null}
    </Page>
  );
}

/** What came of a test: the provider led back here. */
function Tested() {
  const { t } = useText();
  const returnText = useReturnText();
  const { company } = route.useSearch();
  if (company === undefined) return null;
  if (company === "done") return <Callout tone="ok">{t("sso.tested")}</Callout>;
  return (
    <Callout tone="warn" title={t("sso.testFailed")}>
      {returnText(company)}
    </Callout>
  );
}

function Cards({ settings }: { readonly settings: SsoSettings }) {
  const { t } = useText();
  return (
    <>
      <Section title={t("sso.accounts")}>
        <OidcCard view={settings.oidc} />
        <SamlCard view={settings.saml} />
        <OnlyCard settings={settings} />
      </Section>
      <Section title={t("sso.directory")}>
        <DirectoryCard directory={settings.directory} />
      </Section>
    </>
  );
}
