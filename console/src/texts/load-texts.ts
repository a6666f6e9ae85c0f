import type { Language } from "../../../contract/basics.ts";
import type { Texts } from "./translate.ts";

/** Each language is a file of its own: nobody downloads the one they do not read. */
export async function loadTexts(language: Language): Promise<Texts> {
  if (language === "ar") return (await import("./ar.ts")).arabic;
  return (await import("./en.ts")).english;
}
