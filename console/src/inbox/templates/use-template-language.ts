import { useText } from "../../texts/text-context.tsx";

/** A template's language in the reader's: Meta writes "en", "en_US", "ar". */
export function useTemplateLanguage(): (code: string) => string {
  const { language } = useText();
  return (code) => {
    const names = new Intl.DisplayNames([language], { type: "language" });
    try {
      return names.of(code.replace("_", "-")) ?? code;
    } catch {
      return code;
    }
  };
}
