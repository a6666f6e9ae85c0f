const LETTER = /\p{L}|\p{N}/u;
/** The Arabic article and "son of" begin too many names to tell people apart. */
const PASSED_OVER = /^(?:ال(?=\p{L}{2})|al[- ])/iu;

/** The first letters of the first and last word: "LH", "مع"; one letter for one word; "" where there is none. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .map((word) => firstLetter(word.replace(PASSED_OVER, "")))
    .filter((letter) => letter !== "");
  const first = words[0] ?? "";
  return words.length < 2 ? first : first + (words.at(-1) ?? "");
}

/** One of four quiet colours, always the same for the same person. */
export function toneOf(seed: string): 0 | 1 | 2 | 3 {
  let hash = 0;
  for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (hash % 4) as 0 | 1 | 2 | 3;
}

function firstLetter(word: string): string {
  for (const character of word) if (LETTER.test(character)) return character.toLocaleUpperCase();
  return "";
}
