import { useText } from "../texts/text-context.tsx";

/** What a customer's language is called, in the reader's. */
export function useLanguageName(): (language: "en" | "ar" | null) => string {
  const { t } = useText();
  return (language) => {
    if (language === null) return t("inbox.languageUnknown");
    return t(language === "ar" ? "inbox.languageAr" : "inbox.languageEn");
  };
}
