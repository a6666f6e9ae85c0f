/** What zxcvbn says of a password: a score of 0 to 4, and its advice as keys of our texts. */
export interface Judgement {
  readonly score: number;
  /** "password.warning.topTen" ... */
  readonly advice: readonly string[];
}

/** As the server: what is long enough to be judged well at this length is not made worse by more. */
const JUDGED_CHARACTERS = 48;

const HOUSE_WORDS = ["wardroom", "whatsapp"];

/** The least score that the server takes. */
export const LEAST_SCORE = 3;

/** The word lists are 1.3 MB: they come only to a page on which a password is made. */
export async function loadJudge(): Promise<(password: string, about: readonly string[]) => Judgement> {
  const [{ ZxcvbnFactory }, common, english, arabic] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
    import("@zxcvbn-ts/language-ar"),
  ]);
  const { "lastnames-en": _, ...words } = english.dictionary;
  const judge = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...words, ...arabic.dictionary },
    graphs: common.adjacencyGraphs,
  });
  return (password, about) => {
    const judged = [...password.normalize("NFKC")].slice(0, JUDGED_CHARACTERS).join("");
    const { score, feedback } = judge.check(judged, [...HOUSE_WORDS, ...about.flatMap(partsOf)]);
    const warning = feedback.warning === null ? [] : [`password.warning.${feedback.warning}`];
    return {
      score,
      advice: [...warning, ...feedback.suggestions.map((key) => `password.suggestion.${key}`)],
    };
  };
}

function partsOf(text: string): string[] {
  const folded = text.normalize("NFKC").toLowerCase();
  return [folded, ...folded.split(/[^\p{L}\p{N}]+/u)].filter((part) => part.length > 2).slice(0, 12);
}
