import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findProofFaults, readProofs } from "../support/requirement-table.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const text = readFileSync(join(ROOT, "docs/sign-in.md"), "utf8");

const UNIT_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** A row of a table of limits: what, how much, and the constant that says so. */
const LIMIT = /^\| .+ \| (\d+)(?: (second|minute|hour|day)s?)? \| `(\S+)` `(\w+)(?:\.(\w+))?` \|$/gm;

test("docs/sign-in.md says each limit as the program has it", () => {
  const limits = [...text.matchAll(LIMIT)];
  assert.ok(limits.length > 15);
  for (const [row, amount, unit, path = "", name = "", key] of limits) {
    const said = Number(amount) * (unit === undefined ? 1 : (UNIT_MS[unit] ?? Number.NaN));
    const found = readConstant(readFileSync(join(ROOT, path), "utf8"), name, key);
    assert.equal(found * (unit === undefined ? 1 : unitOf(name, key)), said, row);
  }
});

/** A number that stands in a source: `const NAME = 12 * 60;`, or a key of `const NAME = { key: 12 };`. */
function readConstant(source: string, name: string, key: string | undefined): number {
  const [, value = ""] = new RegExp(`const ${name}\\b[^=;]*= ([^;]+);`).exec(source) ?? [];
  const [, keyed = ""] = key === undefined ? [] : (new RegExp(`\\b${key}: ([^,}\\n]+)`).exec(value) ?? []);
  const product = (key === undefined ? value : keyed).replaceAll("_", "").trim();
  assert.match(product, /^\d+( \* \d+)*$/, `${name} is no number`);
  return product.split(" * ").reduce((sum, factor) => sum * Number(factor), 1);
}

/** Of a constant whose name says it, in ms. */
function unitOf(name: string, key = ""): number {
  if (/_MS$/.test(name)) return 1;
  if (/Seconds$/.test(key) || /_S$/.test(name)) return 1_000;
  throw new Error(`${name} does not say its unit`);
}

const sources = ["server", "cli"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));

/** What the three functions are themselves made of. */
const MAKERS = new Set(
  ["start-session.ts", "session.ts", "sso/start-by-account.ts"].map((file) => `server/identity/${file}`),
);

test("every way to a session stands in docs/sign-in.md, and no other", () => {
  const [, after = ""] = text.split("## Ways to a session");
  const [section = ""] = after.split("\n## ");
  const named = [...section.matchAll(/^\|.*\| `(\S+)` \|$/gm)].map(([, path]) => path);
  const calling = sources
    .filter((path) =>
      /\b(startSession|insertSession|startByAccount)\(/.test(readFileSync(join(ROOT, path), "utf8")),
    )
    .filter((path) => !MAKERS.has(path));
  assert.deepEqual(named.sort(), calling.sort());
});

test("a row of a session is written by one function, which only the ways to a session call", () => {
  const writing = sources.filter((path) =>
    /insertInto\("identity_session"\)|insert into identity_session\b/.test(
      readFileSync(join(ROOT, path), "utf8"),
    ),
  );
  assert.deepEqual(writing, ["server/identity/session.ts"]);
});

test("the words that docs/sign-in.md names are those that no password may rest on", () => {
  const source = readFileSync(join(ROOT, "server/identity/passwords/strength.ts"), "utf8");
  const [, list = ""] = /const HOUSE_WORDS = \[([^\]]+)\]/.exec(source) ?? [];
  const words = [...list.matchAll(/"(\w+)"/g)].map(([, word]) => `\`${word}\``);
  assert.ok(words.length > 0);
  assert.ok(text.includes(`words of the context: ${words.join(", ")}, the person's`));
});

/** What the standards want written down (asvs.md, nist-800-63b.md), by heading. */
const ANSWERED = [
  "## Authenticators that are taken",
  "## Ways to a session",
  "## Guessing is slowed, and nobody is locked out",
  "## Ways back in",
  "## Passwords",
  "### What else counts than who it is",
  "### Several sessions at once",
  "### With single sign-on",
  "## What is hidden within what one may see",
];

test("docs/sign-in.md answers each question that a standard asks of it", () => {
  for (const heading of ANSWERED) {
    const [, after = ""] = text.split(`\n${heading}\n`);
    const [answer = ""] = after.split("\n#");
    assert.ok(answer.trim().length > 200, heading);
  }
  assert.match(text, /^\| a code of an authenticator app .*\| no \|$/m, "typed in by hand, open to phishing");
});

test("each test that docs/sign-in.md names is there, by exactly that name, and is not skipped", () => {
  assert.deepEqual(findProofFaults(readProofs("sign-in.md")), []);
});
