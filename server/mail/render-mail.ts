import { mailHtml } from "./mail-html.ts";
import type { MailFacts, MailKind, MailLanguage } from "./mail-kinds.ts";
import { arabic } from "./texts/arabic.ts";
import { english } from "./texts/english.ts";
import { mailFormats } from "./texts/mail-formats.ts";
import type { MailTexts, MailWords } from "./texts/mail-words.ts";

/** A mail as it is sent: two forms of the same words. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const TEXTS: Readonly<Record<MailLanguage, MailTexts>> = { en: english, ar: arabic };

/** Where the reader is told that nobody reads answers. */
const FOOT: Readonly<Record<MailLanguage, string>> = {
  en: "Sent by Wardroom at",
  ar: "أرسله Wardroom من",
};

/** Whom to tell, by name. */
const REACH: Readonly<Record<MailLanguage, (names: string) => string>> = {
  en: (names) => `Whom you can tell in your workspace: ${names}.`,
  ar: (names) => `من يمكنك إخباره في مساحة عملك: ${names}.`,
};

/** The words of a mail in one language. Links lead to `publicUrl` only, an origin without a slash at its end. */
export function renderMail<Kind extends MailKind>(
  given: {
    readonly kind: Kind;
    readonly language: MailLanguage;
    readonly facts: MailFacts[Kind];
    readonly reach?: readonly string[] | undefined;
  },
  publicUrl: string,
): RenderedMail {
  const { kind, language, facts, reach = [] } = given;
  const formats = mailFormats(language);
  const said = TEXTS[language][kind](facts, formats);
  const whom =
    reach.length === 0
      ? []
      : [REACH[language](reach.map(formats.name).join(language === "ar" ? "، " : ", "))];
  const words = { ...said, notes: [...(said.notes ?? []), ...whom] };
  const href = words.action === undefined ? undefined : hrefOf(words.action.link, publicUrl);
  const foot = `${FOOT[language]} ${publicUrl}`;
  return {
    subject: words.subject.replaceAll(/[\u2066-\u2069]/g, ""),
    text: plainText(words, href, foot),
    html: mailHtml({ words, href, foot, language }),
  };
}

function hrefOf(link: NonNullable<MailWords["action"]>["link"], publicUrl: string): string {
  return link === "console" ? `${publicUrl}/` : `${publicUrl}${link.path}#${link.token}`;
}

function plainText(
  { paragraphs, action, notes = [] }: MailWords,
  href: string | undefined,
  foot: string,
): string {
  const act = action === undefined || href === undefined ? [] : [`${action.label}:\n${href}`];
  return `${[...paragraphs, ...act, ...notes, `-- \n${foot}`].join("\n\n")}\n`;
}
