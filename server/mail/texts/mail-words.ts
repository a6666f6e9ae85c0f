import type { MailFacts, MailKind, MailLink } from "../mail-kinds.ts";

/** What a mail says, in one language. */
export interface MailWords {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do. */
  readonly action?: { readonly label: string; readonly link: MailLink | "console" };
  /** What else there is to know, said more quietly. */
  readonly notes?: readonly string[];
}

/** How this language writes what stands in the facts. */
export interface MailFormats {
  /** A name that somebody typed: isolated from the direction around it, and nothing that a mail program would link. */
  name(text: string): string;
  /** "24 November 2026, 08:30 UTC" */
  moment(at: Date): string;
}

/** All texts of one language: the compiler asks for each kind. */
export type MailTexts = {
  readonly [Kind in MailKind]: (facts: MailFacts[Kind], formats: MailFormats) => MailWords;
};
