import { NativeSelect } from "@mantine/core";
import type { Policies } from "../../../contract/policies.ts";
import { useMay } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { useChangePolicies } from "./policies-query.ts";

const CHOICES = [1, 2, 5, 10, 15, 30, 60];

/** After how long a session that nobody uses is locked. */
export function IdleLockSetting({ value }: { readonly value: Policies["idleLock"] }) {
  const { t } = useText();
  const mayChange = useMay()("policy.change");
  const change = useChangePolicies();
  const choices = [...new Set([...CHOICES, value.minutes])].sort((one, other) => one - other);
  return (
    <Setting title={t("security.idleLock")} hint={t("security.idleLockHint")}>
      <NativeSelect
        aria-label={t("security.idleLock")}
        value={String(value.minutes)}
        disabled={!mayChange || change.isPending}
        onChange={({ currentTarget }) =>
          change.mutate({ idleLock: { minutes: Number(currentTarget.value) } })
        }
        data={choices.map((minutes) => ({
          value: String(minutes),
          label: t("security.afterMinutes", { count: minutes }),
        }))}
      />
      <ProblemCallout error={change.error} />
    </Setting>
  );
}
