import { useText } from "../texts/text-context.tsx";
import css from "./language-switch.module.css";

/** The other language, in its own words. */
export function LanguageSwitch() {
  const { t, language, setLanguage } = useText();
  const other = language === "en" ? "ar" : "en";
  return (
    <button type="button" className={css.link} lang={other} onClick={() => void setLanguage(other)}>
      {other === "ar" ? t("common.arabic") : t("common.english")}
    </button>
  );
}
