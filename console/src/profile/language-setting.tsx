import { SegmentedControl } from "@mantine/core";
import { language as languageShape } from "../../../contract/basics.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import { Setting } from "./setting.tsx";
import { useUpdateMe } from "./use-update-me.ts";

/** Kept with the member, so that it follows them to the next device. Messages keep their own language. */
export function LanguageSetting() {
  const { t, language, setLanguage } = useText();
  const update = useUpdateMe();
  const choose = (value: string) => {
    const chosen = languageShape.parse(value);
    update.mutate({ language: chosen }, { onSuccess: () => void setLanguage(chosen) });
  };
  return (
    <Setting title={t("common.language")} hint={t("profile.languageHint")}>
      <SegmentedControl
        aria-label={t("common.language")}
        value={language}
        onChange={choose}
        disabled={update.isPending}
        data={[
          { value: "en", label: t("common.english") },
          { value: "ar", label: t("common.arabic") },
        ]}
      />
      <ProblemCallout error={update.error} />
    </Setting>
  );
}
