const ARABIC = /\p{Script=Arabic}/u;
const LATIN = /\p{Script=Latin}/u;

/**
 * The language that an unassigned chat shows, by script: "ar", "en", or null where there are no letters of either.
 * A guess by alphabet and no more: it says nothing else about what was written.
 */
export function languageOf(text: string): "ar" | "en" | null {
  const start = text.slice(0, 200);
  if (ARABIC.test(start)) return "ar";
  return LATIN.test(start) ? "en" : null;
}
