export type Script = "ar" | "en";

const ARABIC = /\p{Script=Arabic}/gu;
const LETTER = /\p{L}/gu;

/**
 * The script most letters of a text are in, so that it gets the size its letters need. Looks at the first 200
 * characters; a text without letters counts as Latin.
 */
export function guessScript(text: string): Script {
  const head = text.slice(0, 200);
  const arabic = head.match(ARABIC)?.length ?? 0;
  const letters = head.match(LETTER)?.length ?? 0;
  return arabic > 0 && arabic * 2 >= letters ? "ar" : "en";
}

/** One to three emoji and nothing else are drawn large, as people expect them. */
export function isEmojiOnly(text: string): boolean {
  const bare = text.trim();
  if (bare === "" || bare.length > 40 || !EMOJI.test(bare)) return false;
  return [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(bare)].length <= 3;
}

const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f?|\u200d)+$/v;
