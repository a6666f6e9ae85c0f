import { categoryText } from "../templates/template-words.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./billing.module.css";
import type { CountrySum } from "./sums.ts";
import { useCountryName, useMoney } from "./use-money.ts";

export function CountryTable({ sums }: { readonly sums: readonly CountrySum[] }) {
  const { t } = useText();
  const formats = useFormats();
  const money = useMoney();
  const nameOf = useCountryName();
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t("billing.country")}</th>
            <th scope="col">{t("billing.category")}</th>
            <th scope="col" className={css.amount}>
              {t("billing.messages")}
            </th>
            <th scope="col" className={css.amount}>
              {t("billing.estimate")}
            </th>
          </tr>
        </thead>
        <tbody>
          {sums.map(({ key, country, category, messages, amounts }) => (
            <tr key={key}>
              <td>{nameOf(country) ?? t("billing.unknownCountry")}</td>
              <td>{categoryText(category.toUpperCase(), t)}</td>
              <td className={css.amount}>{formats.number(messages)}</td>
              <td className={css.amount}>
                {Object.entries(amounts)
                  .map(([currency, millionths]) => money(currency, millionths))
                  .join(" + ") || "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
