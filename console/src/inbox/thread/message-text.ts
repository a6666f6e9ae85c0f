/** A piece of a customer's or our own text as WhatsApp draws it. Strings only: nothing here is ever HTML. */
export type TextPiece =
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mono"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike"; readonly pieces: readonly TextPiece[] };

/**
 * Reads WhatsApp's marks: *bold*, _italic_, ~strike~, ```mono``` and `mono`. A mark counts only around words, as in
 * WhatsApp: `2*3*4` stays as it is. Linear in the length of the text, which may be 65,000 characters of marks.
 */
export function readMessageText(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let rest = 0;
  while (rest < text.length) {
    const open = text.indexOf(FENCE, rest);
    const close = open === -1 ? -1 : text.indexOf(FENCE, open + FENCE.length + 1);
    if (close === -1) break;
    pieces.push(...readLines(text.slice(rest, open)));
    pieces.push({ kind: "mono", text: text.slice(open + FENCE.length, close).replace(/^\n|\n$/g, "") });
    rest = close + FENCE.length;
  }
  pieces.push(...readLines(text.slice(rest)));
  return pieces;
}

/** The words without their marks, for a line where nothing can be drawn. */
export function plainText(text: string): string {
  const say = (pieces: readonly TextPiece[]): string =>
    pieces.map((piece) => ("text" in piece ? piece.text : say(piece.pieces))).join("");
  return say(readMessageText(text));
}

const FENCE = "```";
const MARKS: Readonly<Record<string, "bold" | "italic" | "strike" | "mono">> = {
  "*": "bold",
  _: "italic",
  "~": "strike",
  "`": "mono",
};

function readLines(text: string): TextPiece[] {
  if (text === "") return [];
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const pieces = readLine(line, "");
    return index < lines.length - 1 ? [...pieces, { kind: "plain" as const, text: "\n" }] : pieces;
  });
}

/** `inside` holds the marks already open: a mark does not nest in itself, so the depth is at most four. */
function readLine(line: string, inside: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  const hopeless = new Set<string>();
  let plainFrom = 0;
  let at = 0;
  while (at < line.length) {
    const mark = line[at] ?? "";
    if (MARKS[mark] === undefined || inside.includes(mark) || hopeless.has(mark) || !isOpening(line, at)) {
      at += Math.max(1, linkLength(line, at));
      continue;
    }
    const close = findClosing(line, mark, at + 1);
    if (close === -1) {
      hopeless.add(mark);
      at += 1;
      continue;
    }
    pieces.push(...readPlain(line.slice(plainFrom, at)), readMarked(mark, line.slice(at + 1, close), inside));
    at = close + 1;
    plainFrom = at;
  }
  pieces.push(...readPlain(line.slice(plainFrom)));
  return pieces;
}

function readMarked(mark: string, content: string, inside: string): TextPiece {
  const kind = MARKS[mark] ?? "mono";
  return kind === "mono" ? { kind, text: content } : { kind, pieces: readLine(content, inside + mark) };
}

const WORD = /[\p{L}\p{N}]/u;

function isOpening(line: string, at: number): boolean {
  const before = line[at - 1];
  const after = line[at + 1];
  return (
    (before === undefined || !WORD.test(before)) &&
    after !== undefined &&
    after.trim() !== "" &&
    after !== line[at]
  );
}

function findClosing(line: string, mark: string, from: number): number {
  for (let at = line.indexOf(mark, from + 1); at !== -1; at = line.indexOf(mark, at + 1)) {
    const before = line[at - 1] ?? " ";
    const after = line[at + 1];
    if (before.trim() !== "" && (after === undefined || !WORD.test(after))) return at;
  }
  return -1;
}

const LINK = /https?:\/\/[^\s<>"`]+/gi;
/** Punctuation that ends a sentence, not an address. */
const TAIL = /[.,;:!?'»)\]}*_~،؛؟]/u;
/** Bidirectional controls can make an address read as another one. */
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const LINK_HERE = /https?:\/\/[^\s<>"`]+/iy;

/**
 * Sign by sign from the end: an expression for "some of these, then the end" tries every one of them as a beginning,
 * and 60,000 brackets, which a customer can send, would freeze the page for seconds.
 */
function withoutTail(address: string): string {
  let end = address.length;
  while (end > 0 && TAIL.test(address[end - 1] ?? "")) end -= 1;
  return address.slice(0, end);
}

/** Marks within an address are part of it: how far to jump when one begins here. */
function linkLength(line: string, at: number): number {
  if (line[at] !== "h" && line[at] !== "H") return 0;
  LINK_HERE.lastIndex = at;
  return withoutTail(LINK_HERE.exec(line)?.[0] ?? "").length;
}

function readPlain(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const address = withoutTail(found[0]);
    if (BIDI.test(address) || !URL.canParse(address)) continue;
    if (found.index > from) pieces.push({ kind: "plain", text: text.slice(from, found.index) });
    pieces.push({ kind: "link", text: address, href: new URL(address).href });
    from = found.index + address.length;
  }
  if (from < text.length) pieces.push({ kind: "plain", text: text.slice(from) });
  return pieces;
}
