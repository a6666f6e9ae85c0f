import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useText } from "../texts/text-context.tsx";
import { Setting } from "./setting.tsx";

/** Kept on this device: a bright desk and a dark sofa want different ones. */
export function AppearanceSetting() {
  const { t } = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Setting title={t("shell.appearance")} hint={t("profile.appearanceHint")}>
      <SegmentedControl
        aria-label={t("shell.appearance")}
        value={colorScheme}
        onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
        data={[
          { value: "auto", label: t("shell.auto") },
          { value: "light", label: t("shell.light") },
          { value: "dark", label: t("shell.dark") },
        ]}
      />
    </Setting>
  );
}
