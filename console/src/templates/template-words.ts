import type { Language } from "../../../contract/basics.ts";
import { LOCALE, type Translate } from "../texts/translate.ts";

export interface TemplateStatus {
  readonly tone: "ok" | "warn" | "critical" | "plain";
  readonly text: string;
}

/** Meta's word for a template's state, in ours. An open list: a new word is shown as it is. */
export function statusOf(status: string, t: Translate): TemplateStatus {
  switch (status) {
    case "APPROVED":
      return { tone: "ok", text: t("templates.approved") };
    case "PENDING":
    case "IN_APPEAL":
      return { tone: "warn", text: t("templates.pending") };
    case "PAUSED":
      return { tone: "warn", text: t("templates.paused") };
    case "REJECTED":
      return { tone: "critical", text: t("templates.rejected") };
    case "DISABLED":
      return { tone: "critical", text: t("templates.disabled") };
    default:
      return { tone: "plain", text: status.toLowerCase() };
  }
}

export function categoryText(category: string, t: Translate): string {
  if (category === "UTILITY") return t("templates.utility");
  if (category === "MARKETING") return t("templates.marketing");
  return category === "AUTHENTICATION" ? t("templates.authentication") : category.toLowerCase();
}

/** "en_GB" in the reader's words: "British English". */
export function languageText(code: string, reader: Language): string {
  try {
    return new Intl.DisplayNames(LOCALE[reader], { type: "language" }).of(code.replaceAll("_", "-")) ?? code;
  } catch {
    return code;
  }
}
