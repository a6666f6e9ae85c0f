import { Switch } from "@mantine/core";
import type { Policies } from "../../../contract/policies.ts";
import { useMay } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { useChangePolicies } from "./policies-query.ts";

/** Whether a new device's first use waits for somebody's word. */
export function DeviceApprovalSetting({ value }: { readonly value: Policies["deviceApproval"] }) {
  const { t } = useText();
  const mayChange = useMay()("policy.change");
  const change = useChangePolicies();
  return (
    <Setting title={t("security.deviceApproval")} hint={t("security.deviceApprovalHint")}>
      <Switch
        aria-label={t("security.deviceApproval")}
        checked={value.required}
        disabled={!mayChange || change.isPending}
        onChange={({ currentTarget }) =>
          change.mutate({ deviceApproval: { required: currentTarget.checked } })
        }
      />
      <ProblemCallout error={change.error} />
    </Setting>
  );
}
