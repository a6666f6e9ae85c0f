import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const SOURCES = globSync("{server,cli}/**/*.ts", { cwd: ROOT }).filter((path) => !path.endsWith(".test.ts"));

/** Where codes stand in a type or a table, and reach a Refusal as a value. */
const BY_VALUE = [
  "server/access/decide-member-change.ts",
  "server/http/refusal-reply.ts",
  "server/whatsapp/media/media-fault.ts",
];

const CODE = /"([a-z_]+\.[a-z_]+)"/g;

function codesIn(text: string): string[] {
  return [...text.matchAll(CODE)].map(([, code = ""]) => code);
}

/** The codes inside the parentheses of every `new Refusal(...)`. */
function refusedIn(path: string): string[] {
  const text = read(path);
  const calls = [...text.matchAll(/new Refusal\(/g)].map(({ index }) => upToClosing(text, index + 11));
  return codesIn(calls.join("\n"));
}

function upToClosing(text: string, start: number): string {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0) return text.slice(start, at);
  }
  return "";
}

const used = new Set([...SOURCES.flatMap(refusedIn), ...BY_VALUE.flatMap((path) => codesIn(read(path)))]);
const listed = [...read("docs/errors.md").matchAll(/^\| `([a-z_]+\.[a-z_]+)` \|/gm)].map(
  ([, code = ""]) => code,
);

test("every code that the program refuses with stands in docs/errors.md, once", () => {
  assert.ok(used.size > 80, "the search finds them");
  assert.deepEqual(
    [...used].filter((code) => !listed.includes(code)),
    [],
  );
  assert.equal(new Set(listed).size, listed.length);
});

test("docs/errors.md lists no code that is gone", () => {
  const everywhere = SOURCES.map(read).join("\n");
  assert.deepEqual(
    listed.filter((code) => !everywhere.includes(`"${code}"`)),
    [],
  );
});
