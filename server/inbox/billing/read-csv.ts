export interface CsvLine {
  /** Where it begins, as an editor counts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The lines of a CSV file (RFC 4180, and what spreadsheets write: a byte order mark, semicolons or tabs where the
 * first line has more of them than commas). Empty lines are left out.
 */
export function readCsv(text: string): CsvLine[] {
  const body = text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  const separator = separatorOf(body.split("\n", 1)[0] ?? "");
  // A cell and what ends it. Quotes count where they stand around the whole cell.
  const cell = new RegExp(`(?:\\s*"((?:[^"]|"")*)"\\s*?|([^${separator}\\n]*))(${separator}|\\n|$)`, "gy");
  const lines: CsvLine[] = [];
  let [line, start] = [1, 1];
  let cells: string[] = [];
  while (cell.lastIndex <= body.length) {
    const [whole, quoted, bare, end] = cell.exec(body) ?? ["", undefined, "", ""];
    cells.push(quoted?.replaceAll('""', '"') ?? bare ?? "");
    line += whole.split("\n").length - 1;
    if (end === separator) continue;
    if (cells.some((each) => each.trim() !== "")) lines.push({ line: start, cells });
    [cells, start] = [[], line];
    if (end === "") break;
  }
  return lines;
}

function separatorOf(head: string): string {
  const count = (sign: string) => head.split(sign).length;
  return [",", ";", "\t"].sort((one, other) => count(other) - count(one))[0] ?? ",";
}

/** One line to write. Quoted where it has to be; what a spreadsheet would take for a formula is made a text. */
export function csvLine(cells: ReadonlyArray<string | number>): string {
  return cells.map(csvCell).join(",");
}

function csvCell(cell: string | number): string {
  if (typeof cell === "number") return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
