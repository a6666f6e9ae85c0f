/**
 * Deepest nesting that we read. Meta's own payloads need about 12; a body of 3 MB could hold a million levels, and
 * whoever walks or prints those by recursion overflows the stack.
 */
const MAX_DEPTH = 64;

/** Integers of fewer digits are exact as JavaScript numbers. */
const SAFE_DIGITS = 15;

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: "not_json" | "too_deep" };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses untrusted bytes as JSON: depth is looked at before the parser runs, a byte order mark is skipped, bytes
 * that are not UTF-8 are refused, and an integer too big for a number becomes the string of its digits.
 */
export function parseJson(bytes: Buffer): ParsedJson {
  const { depth, hasBigNumber } = scan(bytes);
  if (depth > MAX_DEPTH) return { ok: false, reason: "too_deep" };
  try {
    const text = utf8.decode(bytes);
    return { ok: true, value: hasBigNumber ? JSON.parse(text, keepBigInteger as Reviver) : JSON.parse(text) };
  } catch {
    return { ok: false, reason: "not_json" };
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** +1 for a byte that opens a level, -1 for one that closes it. */
const STEP = new Int8Array(256);
for (const byte of Buffer.from("[{")) STEP[byte] = 1;
for (const byte of Buffer.from("]}")) STEP[byte] = -1;

/** One pass over the bytes: the deepest nesting outside strings, and whether a number there is long. */
function scan(bytes: Buffer): { depth: number; hasBigNumber: boolean } {
  let level = 0;
  let depth = 0;
  let digits = 0;
  let hasBigNumber = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    // "0" to "9"
    digits = byte >= 0x30 && byte <= 0x39 ? digits + 1 : 0;
    if (digits > SAFE_DIGITS) hasBigNumber = true;
    level += STEP[byte] as number;
    if (level > depth) depth = level;
  }
  return { depth, hasBigNumber };
}

/** Where the string that begins at `start` has its closing quote; the end of the bytes when it has none. */
function endOfString(bytes: Buffer, start: number): number {
  // A loop of ours: a call of Buffer.indexOf per string costs four times as much on strings of this length.
  let at = start;
  for (; at < bytes.length && bytes[at] !== QUOTE; at++) {
    if (bytes[at] === BACKSLASH) at += 1;
  }
  return at;
}

/** As the language has it since ECMAScript 2026; TypeScript's own type does not know the third argument yet. */
type Reviver = (key: string, value: unknown) => unknown;

function keepBigInteger(_key: string, value: unknown, context: { source?: string }): unknown {
  const isRounded = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded && /^-?[0-9]+$/.test(context.source ?? "") ? context.source : value;
}
