import type { Language } from "../../../contract/basics.ts";

const KEY = "wardroom.language";

/** The language chosen on this device, else the browser's first one that we speak, else English. */
export function findLanguage(): Language {
  const kept = read();
  if (kept === "en" || kept === "ar") return kept;
  const wanted = navigator.languages.find((tag) => /^(en|ar)\b/i.test(tag));
  return wanted?.toLowerCase().startsWith("ar") === true ? "ar" : "en";
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
