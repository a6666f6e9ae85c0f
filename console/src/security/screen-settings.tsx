import { Switch } from "@mantine/core";
import type { Policies } from "../../../contract/policies.ts";
import { useMay } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { useChangePolicies } from "./policies-query.ts";

/** What hinders a glance and a photograph at the screen. */
export function ScreenSettings({ value }: { readonly value: Policies["screenProtection"] }) {
  const { t } = useText();
  const mayChange = useMay()("policy.change");
  const change = useChangePolicies();
  // What was asked for shows at once; a refusal turns it back.
  const shown = change.isPending ? (change.variables.screenProtection ?? value) : value;
  const set = (part: Partial<typeof value>) => change.mutate({ screenProtection: { ...value, ...part } });
  return (
    <>
      <Setting title={t("security.watermark")} hint={t("security.watermarkHint")}>
        <Switch
          aria-label={t("security.watermark")}
          checked={shown.watermark}
          disabled={!mayChange || change.isPending}
          onChange={({ currentTarget }) => set({ watermark: currentTarget.checked })}
        />
      </Setting>
      <Setting title={t("security.blur")} hint={t("security.blurHint")}>
        <Switch
          aria-label={t("security.blur")}
          checked={shown.blur}
          disabled={!mayChange || change.isPending}
          onChange={({ currentTarget }) => set({ blur: currentTarget.checked })}
        />
        <ProblemCallout error={change.error} />
      </Setting>
    </>
  );
}
