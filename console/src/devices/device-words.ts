import type { Device, WaitingDevice } from "../../../contract/devices.ts";
import { useText } from "../texts/text-context.tsx";

type Words = Pick<Device | WaitingDevice, "browser" | "system" | "country">;

/** `const words = useDeviceWords(); words.name(device)`: "Firefox 142 · macOS", and its country. */
export function useDeviceWords() {
  const { t, language } = useText();
  const regions = new Intl.DisplayNames(language, { type: "region", fallback: "code" });
  return {
    name: ({ browser, system }: Words) =>
      [browser, system].filter((word) => word !== null).join(" · ") || t("devices.unknown"),
    country: ({ country }: Words) => (country === null ? t("devices.noCountry") : regions.of(country)),
  };
}
