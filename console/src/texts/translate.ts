import type { Language } from "../../../contract/basics.ts";
import type { ArabicPlural, Plural, Values } from "./catalogue.ts";
import type { English } from "./en.ts";

export type TextKey = keyof English;
export type Texts = Readonly<Record<TextKey, string | Plural | ArabicPlural>>;
export type Translate = <K extends TextKey>(key: K, ...values: Values<English[K]>) => string;

/** Latin digits in both languages; 24 hours; Gregorian. */
export const LOCALE: Readonly<Record<Language, string>> = { en: "en-GB", ar: "ar-u-nu-latn-ca-gregory" };

const ARABIC_LETTER = /\p{Script=Arabic}/u;
const LATIN_LETTER = /\p{Script=Latin}/u;
/** Groups of digits change places between Arabic words; a single group, a time or a sum does not. */
const PHONE = /^\+|\d[ -]\d/;

/** Texts of one language. Numbers are written in its way; a value of the other script is isolated (FSI … PDI). */
export function translator(language: Language, texts: Texts): Translate {
  return (key, ...[values]) =>
    split(language, texts[key], values ?? {})
      .map((part) => (typeof part === "string" ? part : writeValue(language, part.value)))
      .join("");
}

export interface Slot<V> {
  readonly name: string;
  readonly value: V;
}

/** A text as its words and slots, the plural form chosen. */
export function split<V>(
  language: Language,
  message: string | Plural | ArabicPlural,
  values: Readonly<Record<string, V>>,
): (string | Slot<V | string>)[] {
  const words =
    typeof message === "string" ? message : pluralForm(language, message, Number(values["count"]));
  return words.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith("{")) return part;
    const name = part.slice(1, -1);
    return { name, value: values[name] ?? "" };
  });
}

function pluralForm(language: Language, message: Plural | ArabicPlural, count: number): string {
  const forms: Partial<Record<Intl.LDMLPluralRule, string>> = { ...message };
  return forms[new Intl.PluralRules(language).select(count)] ?? message.other;
}

function writeValue(language: Language, value: unknown): string {
  if (typeof value === "number") return new Intl.NumberFormat(LOCALE[language]).format(value);
  const text = String(value);
  const foreign = language === "ar" ? LATIN_LETTER.test(text) || PHONE.test(text) : ARABIC_LETTER.test(text);
  return foreign ? `\u2068${text}\u2069` : text;
}
