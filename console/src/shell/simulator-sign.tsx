import { IconExternalLink, IconFlask } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useMay } from "../api/me.ts";
import { openPhone } from "../numbers/open-phone.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./simulator-sign.module.css";
import { useSimulatedNumber } from "./use-simulated-number.ts";

/** Says in the sidebar that customers are simulated, and opens their phone for who may play it. */
export function SimulatorSign() {
  const { t, language } = useText();
  const may = useMay();
  const number = useSimulatedNumber();
  const phone = useMutation({ mutationFn: (numberId: string) => openPhone(numberId, language) });
  if (number === undefined) return null;
  const words = (
    <>
      <IconFlask size={16} stroke={1.6} aria-hidden="true" />
      <span className={css.word}>{t("common.simulator")}</span>
    </>
  );
  if (!may("number.simulate")) {
    return (
      <div className={css.sign} title={t("shell.simulatorBand")}>
        {words}
      </div>
    );
  }
  return (
    <button
      type="button"
      className={css.sign}
      title={t("numbers.openPhone")}
      aria-label={`${t("common.simulator")}: ${t("numbers.openPhone")}`}
      disabled={phone.isPending}
      onClick={() => phone.mutate(number.id)}
    >
      {words}
      <IconExternalLink className={css.out} size={14} stroke={1.6} aria-hidden="true" />
    </button>
  );
}
