/** What a line of a sample chat is. */
export type LineKind =
  | "text"
  | "image"
  | "voice"
  | "document"
  | "location"
  | "card"
  | "reaction"
  | "quote"
  | "tap"
  | "template";

export interface Line {
  readonly from: "customer" | "business";
  readonly kind: LineKind;
  /** Words, with {placeholders}; for a template its name. */
  readonly text: string;
}

export type Dialogue = readonly Line[];

/**
 * Reads dialogues that are written one line a line: `c` for the customer or `b` for the business, where it is not
 * plain text the kind, then `>` and the words. An empty line ends a dialogue.
 */
export function readDialogues(text: string): Dialogue[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => block.split("\n").map(readLine));
}

const LINE = /^\s*([cb])(?: ([a-z]+))?>\s?(.*)$/;

function readLine(line: string): Line {
  const match = LINE.exec(line);
  if (match === null) throw new Error(`not a line of a dialogue: ${line}`);
  return {
    from: match[1] === "c" ? "customer" : "business",
    kind: (match[2] ?? "text") as LineKind,
    text: match[3] ?? "",
  };
}

/** Puts words into the braces. */
export function fillLine(text: string, words: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
}
