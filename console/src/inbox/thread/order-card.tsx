import type { MessageBody } from "../../../../contract/message-body.ts";
import { Ltr } from "../../pieces/ltr.tsx";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { FormattedText } from "./formatted-text.tsx";

/** What the customer wants to buy, line by line. */
export function OrderCard({ body }: { readonly body: Extract<MessageBody, { kind: "order" }> }) {
  const { t, language } = useText();
  const money = (amount: number, currency: string): string => writeMoney(language, amount, currency);
  return (
    <div className={css.order}>
      <span className={css.caption}>{t("media.order")}</span>
      <ul>
        {body.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items never move
          <li key={index} className={css.orderLine}>
            <span className={css.fileWords}>
              <bdi>{item.product}</bdi>
              <span className={css.fileHint}>
                {t("media.quantity", { count: item.quantity, price: money(item.price, item.currency) })}
              </span>
            </span>
            <Ltr>{money(item.price * item.quantity, item.currency)}</Ltr>
          </li>
        ))}
      </ul>
      {body.totals.map((total) => (
        <div key={total.currency} className={css.orderTotal}>
          <span>{t("media.total")}</span>
          <Ltr>{money(total.amount, total.currency)}</Ltr>
        </div>
      ))}
      {body.text === null || body.text === "" ? null : <FormattedText text={body.text} />}
    </div>
  );
}

/** Currencies are Meta's three letters; one that the browser does not know is written as it came. */
function writeMoney(language: "en" | "ar", amount: number, currency: string): string {
  const locale = language === "ar" ? "ar-u-nu-latn" : "en-GB";
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "code" }).format(
      amount,
    );
  } catch {
    return `${new Intl.NumberFormat(locale).format(amount)} ${currency}`;
  }
}
