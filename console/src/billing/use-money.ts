import { useText } from "../texts/text-context.tsx";
import { LOCALE } from "../texts/translate.ts";

/**
 * `const money = useMoney(); money("USD", 1_250_000)`: "US$1.25"; in Arabic the code, since of "US$" the sign would end up
 * on the other side. Small sums keep the digits that tell them apart.
 */
export function useMoney(): (currency: string, millionths: number) => string {
  const { language } = useText();
  return (currency, millionths) => {
    const value = millionths / 1e6;
    return new Intl.NumberFormat(LOCALE[language], {
      style: "currency",
      currency,
      currencyDisplay: language === "ar" ? "code" : "symbol",
      maximumFractionDigits: value !== 0 && value < 1 ? 4 : 2,
    }).format(value);
  };
}

/** The name of a country in the language shown; undefined for one that is not known. */
export function useCountryName(): (country: string) => string | undefined {
  const { language } = useText();
  const names = new Intl.DisplayNames(LOCALE[language], { type: "region", fallback: "none" });
  return (country) => (country === "ZZ" ? undefined : names.of(country));
}
