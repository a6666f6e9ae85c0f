import { PHONE_COUNTRIES } from "./country-of-phone.ts";
import { ANYWHERE } from "./rate-card.ts";

/** The country of a rate card's line: a code, an English name, or a word for all others. Undefined: not one of them. */
export function countryNamed(text: string): string | undefined {
  const plain = plainName(text);
  if (PHONE_COUNTRIES.has(plain.toUpperCase())) return plain.toUpperCase();
  return BY_NAME.get(plain);
}

const names = new Intl.DisplayNames("en", { type: "region" });

/** As Meta's lists and people write what the Unicode names do not have so (our own reading). */
const ALSO: Readonly<Record<string, string>> = {
  "*": ANYWHERE,
  other: ANYWHERE,
  others: ANYWHERE,
  "all other": ANYWHERE,
  "rest of world": ANYWHERE,
  turkey: "TR",
  "czech republic": "CZ",
  "hong kong": "HK",
  macau: "MO",
  "ivory coast": "CI",
  palestine: "PS",
  uae: "AE",
  uk: "GB",
  usa: "US",
  "south korea": "KR",
  burma: "MM",
};

const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...[...PHONE_COUNTRIES].map((country) => [plainName(names.of(country) ?? country), country] as const),
  ...Object.entries(ALSO),
]);

function plainName(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").trim().toLowerCase();
}
