import { useQuery } from "@tanstack/react-query";
import type { Policies } from "../../../contract/policies.ts";
import { useMay } from "../api/me.ts";
import { Callout } from "../pieces/callout.tsx";
import { Card, Page, Section } from "../pieces/page.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { DeviceApprovalSetting } from "./device-approval-setting.tsx";
import { IdleLockSetting } from "./idle-lock-setting.tsx";
import { policiesQuery } from "./policies-query.ts";
import { ScreenSettings } from "./screen-settings.tsx";

/** What the workspace has decided about its own security. Everybody may read it; Admins change it. */
export function SecurityPage() {
  const { t } = useText();
  useTitle(t("shell.security"));
  const mayChange = useMay()("policy.change");
  const policies = useQuery(policiesQuery);
  return (
    <Page title={t("shell.security")} lede={t("security.lede")}>
      {mayChange ? null : <Callout tone="info">{t("security.readOnly")}</Callout>}
      {policies.isPending ? (
        <Card>
          <SkeletonRows rows={3} />
        </Card>
      ) : null}
      {policies.isError ? (
        <Card>
          <ErrorState error={policies.error} onRetry={() => void policies.refetch()} />
        </Card>
      ) : null}
      {policies.isSuccess ? <Settings policies={policies.data} /> : null}
    </Page>
  );
}

function Settings({ policies }: { readonly policies: Policies }) {
  const { t } = useText();
  return (
    <>
      <Section title={t("security.sessions")}>
        <Card>
          <IdleLockSetting value={policies.idleLock} />
          <DeviceApprovalSetting value={policies.deviceApproval} />
        </Card>
      </Section>
      <Section title={t("security.screens")}>
        <Card>
          <ScreenSettings value={policies.screenProtection} />
        </Card>
      </Section>
    </>
  );
}
