import { IconFlask } from "@tabler/icons-react";
import { useText } from "../texts/text-context.tsx";
import css from "./simulator-band.module.css";
import { useSimulatedNumber } from "./use-simulated-number.ts";

/** Where the sidebar has no room for the word, a slim band says it above the page. */
export function SimulatorBand() {
  const { t } = useText();
  if (useSimulatedNumber() === undefined) return null;
  return (
    <div className={css.band} role="note">
      <IconFlask size={14} stroke={1.6} aria-hidden="true" />
      <b className={css.name}>{t("common.simulator")}</b>
      <span className={css.words}>{t("shell.simulatorBand")}</span>
    </div>
  );
}
