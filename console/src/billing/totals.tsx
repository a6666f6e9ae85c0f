import type { Billing } from "../../../contract/billing.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./billing.module.css";
import { useMoney } from "./use-money.ts";

/** The two figures of a period: messages, and what they come to. */
export function Totals({ billing }: { readonly billing: Billing }) {
  const { t } = useText();
  const formats = useFormats();
  const money = useMoney();
  const { amounts, unpriced } = billing.estimate;
  const total = billing.usages.reduce((sum, { messages }) => sum + messages, 0);
  return (
    <div className={css.totals}>
      <div className={css.tile}>
        <span className={css.label}>{t("billing.messages")}</span>
        <b className={css.figure}>{formats.number(total)}</b>
      </div>
      <div className={css.tile}>
        <span className={css.label}>{t("billing.estimate")}</span>
        <b className={css.figure}>
          {amounts.length === 0
            ? t("billing.noCard")
            : amounts.map(({ currency, millionths }) => money(currency, millionths)).join(" + ")}
        </b>
        <span className={css.hint}>
          {t(amounts.length === 0 ? "billing.noCardHint" : "billing.estimateHint")}
        </span>
        {amounts.length > 0 && unpriced > 0 ? (
          <span className={css.hint}>{t("billing.unpriced", { count: unpriced })}</span>
        ) : null}
      </div>
    </div>
  );
}
