import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DOCS = new URL("../../docs", import.meta.url).pathname;
const ROOT = new URL("../..", import.meta.url).pathname;

/** One line of a table of requirements: what a standard asks, and how it stands here. */
export interface Requirement {
  readonly id: string;
  /** Of ASVS: "1" to "3". Absent where the table has no such column. */
  readonly level: string | undefined;
  readonly asks: string;
  readonly status: string;
  /** Paths from the root of the repository. */
  readonly files: readonly string[];
  readonly proofs: readonly Proof[];
  /** The last cell without its proofs: why not, or a remark. */
  readonly words: string;
}

export interface Proof {
  /** From docs/. */
  readonly path: string;
  readonly name: string;
}

export const STATUSES = ["met", "not met", "not applicable"] as const;

const PROOF = /\[proof\]\((\S+) "(.+?)"\)/g;

/** All requirements of a document of docs/: rows of tables whose first cell is an id, in digits. */
export function readRequirements(document: string): Requirement[] {
  const lines = readFileSync(join(DOCS, document), "utf8").split("\n");
  return lines.filter((line) => /^\| [0-9B]\S* (\|.*){5,6}$/.test(line)).map(readRow);
}

/** Proofs anywhere in a document of docs/. */
export function readProofs(document: string): Proof[] {
  return proofsIn(readFileSync(join(DOCS, document), "utf8"));
}

/** What is wrong with the rows themselves, one sentence each. */
export function findRowFaults(rows: readonly Requirement[]): string[] {
  return rows.flatMap((row) => {
    const { id, status, files, proofs, words } = row;
    const faults: string[] = [];
    if (!(STATUSES as readonly string[]).includes(status)) faults.push(`${id}: no status "${status}"`);
    if (row.asks.length < 10) faults.push(`${id}: does not say what is asked`);
    if (status === "met" && (files.length === 0 || proofs.length === 0))
      faults.push(`${id}: met, without the file that holds it and a test`);
    if (status !== "met" && words.length < 20) faults.push(`${id}: ${status}, without a reason`);
    for (const file of files) if (!existsSync(join(ROOT, file))) faults.push(`${id}: there is no ${file}`);
    return faults;
  });
}

/** Proofs whose file has no test of exactly that name, or one that is skipped. */
export function findProofFaults(proofs: readonly Proof[]): string[] {
  return proofs.flatMap((proof) => {
    const path = join(DOCS, proof.path);
    if (!existsSync(path)) return [`there is no ${proof.path}`];
    return findTestFault(readFileSync(path, "utf8"), proof);
  });
}

function findTestFault(source: string, { path, name }: Proof): string[] {
  const declared = [...source.matchAll(/\b(?:test|it)(\.\w+)?\(\s*(["`])(.*?)\2\s*,\s*(\{[^}]*\})?/g)];
  const found = declared.find(([, , , declaredName]) => declaredName === name);
  if (found === undefined) return [`${path} has no test "${name}"`];
  const [, modifier = "", , , options = ""] = found;
  return /skip|todo/.test(modifier + options) ? [`${path}: "${name}" is skipped`] : [];
}

function readRow(line: string): Requirement {
  const cells = line
    .slice(1, line.lastIndexOf("|"))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
  const level = cells.length === 6 ? cells[1] : undefined;
  const [asks = "", status = "", where = "", last = ""] = cells.slice(level === undefined ? 1 : 2);
  return {
    id: cells[0] ?? "",
    level,
    asks,
    status,
    files: [...where.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path),
    proofs: proofsIn(last),
    words: last.replaceAll(PROOF, "").trim(),
  };
}

function proofsIn(text: string): Proof[] {
  return [...text.matchAll(PROOF)].map(([, path = "", name = ""]) => ({ path, name }));
}
