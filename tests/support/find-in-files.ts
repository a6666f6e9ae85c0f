import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where something was found that should not be there. */
export interface Finding {
  readonly file: string;
  readonly needle: string;
  readonly form: string;
}

interface Pattern extends Form {
  readonly needle: string;
}

/** The forms in which a word may lie in a file: as it is, and as programs write bytes and texts. */
export function formsOf(needle: string | Buffer): Form[] {
  const forms = listForms(needle);
  // Many a word is the same in both alphabets of base64.
  return [...new Map(forms.map((one) => [one.bytes.toString("latin1"), one])).values()];
}

interface Form {
  readonly form: string;
  readonly bytes: Buffer;
}

function listForms(needle: string | Buffer): Form[] {
  const raw = Buffer.from(needle);
  const forms = [
    { form: "as it is", bytes: raw },
    { form: "hex", bytes: Buffer.from(raw.toString("hex")) },
    { form: "capital hex", bytes: Buffer.from(raw.toString("hex").toUpperCase()) },
    ...[0, 1, 2].flatMap((shift) => [
      { form: `base64url at ${shift}`, bytes: Buffer.from(middleOfBase64(raw, shift, "base64url")) },
      { form: `base64 at ${shift}`, bytes: Buffer.from(middleOfBase64(raw, shift, "base64")) },
    ]),
  ];
  if (typeof needle !== "string") return forms;
  const little = Buffer.from(needle, "utf16le");
  const escaped = [...needle].some((letter) => letter > "~") ? escapeUnits(needle) : undefined;
  return [
    ...forms,
    { form: "UTF-16LE", bytes: little },
    { form: "UTF-16BE", bytes: Buffer.from(little).swap16() },
    ...(escaped === undefined ? [] : [{ form: "JSON escapes", bytes: Buffer.from(escaped) }]),
  ];
}

/** The characters that all texts with `raw` at this alignment share, whatever stands before and after it. */
function middleOfBase64(raw: Buffer, shift: number, alphabet: "base64" | "base64url"): string {
  const text = Buffer.concat([Buffer.alloc(shift), raw])
    .toString(alphabet)
    .replaceAll("=", "");
  const first = [0, 2, 3][shift] ?? 0;
  const isCut = (shift + raw.length) % 3 !== 0;
  return text.slice(first, isCut ? -1 : undefined);
}

function escapeUnits(text: string): string {
  return Array.from(text, (letter) =>
    letter <= "~"
      ? letter
      : Array.from({ length: letter.length }, (_, at) => escapeUnit(letter.charCodeAt(at))).join(""),
  ).join("");
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

/** Reads every file below `folder` for every form of every needle. */
export function findInFiles(
  folder: string,
  needles: ReadonlyArray<string | Buffer>,
): {
  readonly findings: Finding[];
  readonly files: number;
  readonly bytes: number;
} {
  const patterns = needles.flatMap((needle, n) =>
    formsOf(needle).map(
      (form): Pattern => ({ ...form, needle: typeof needle === "string" ? needle : `bytes ${n}` }),
    ),
  );
  const search = prepare(patterns);
  const findings: Finding[] = [];
  let [files, bytes] = [0, 0];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    files += 1;
    bytes += content.length;
    for (const { needle, form } of search(content)) findings.push({ file, needle, form });
  }
  return { findings, files, bytes };
}

/** One pass over the bytes for all patterns: a table of their first two bytes says where to look closer. */
function prepare(patterns: readonly Pattern[]): (content: Buffer) => Set<Pattern> {
  const table = new Uint8Array(65_536);
  const byHead = new Map<number, Pattern[]>();
  for (const pattern of patterns) {
    if (pattern.bytes.length < 5)
      throw new Error("too short to be searched for: it would be found by chance");
    table[pattern.bytes.readUInt16BE(0)] = 1;
    const head = pattern.bytes.readUInt32BE(0);
    byHead.set(head, [...(byHead.get(head) ?? []), pattern]);
  }
  return (content) => {
    const found = new Set<Pattern>();
    for (let at = 0; at + 4 <= content.length; at += 1) {
      if (table[((content[at] as number) << 8) | (content[at + 1] as number)] === 0) continue;
      for (const pattern of byHead.get(content.readUInt32BE(at)) ?? []) {
        const { bytes } = pattern;
        if (content.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, content.length)) === 0)
          found.add(pattern);
      }
    }
    return found;
  };
}
