import type { MailLanguage } from "../mail-kinds.ts";
import type { MailFormats } from "./mail-words.ts";

/** As the console writes them (console/src/texts/translate.ts): Latin digits, the Gregorian calendar. */
const LOCALE: Readonly<Record<MailLanguage, string>> = { en: "en-GB", ar: "ar-u-nu-latn-ca-gregory" };

/** Characters of a name at the most. Ours: a name is not a message that somebody else signs. */
const NAME_LENGTH = 80;

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** Control characters, line ends and marks of direction: they would forge a line or turn the words around. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

export function mailFormats(language: MailLanguage): MailFormats {
  const format = new Intl.DateTimeFormat(LOCALE[language], {
    dateStyle: "long",
    timeStyle: "short",
    hourCycle: "h23",
    timeZone: "UTC",
  });
  return {
    name: (text) => `${FIRST_STRONG_ISOLATE}${plainName(text)}${POP_ISOLATE}`,
    moment: (at) => `${format.format(at)} UTC`,
  };
}

/**
 * Against a name such as "evil.example/login": mail programs make links of it, and the mail is ours. A dot between
 * letters becomes one that looks the same and links nothing.
 */
function plainName(text: string): string {
  return [...text.replaceAll(UNSAFE, " ").replaceAll("://", " ")]
    .slice(0, NAME_LENGTH)
    .join("")
    .replaceAll(/(?<=\S)[.@](?=\S)/g, "\u2024")
    .trim();
}
