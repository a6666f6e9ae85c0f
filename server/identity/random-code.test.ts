import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { foldCode, randomCode, randomToken } from "./random-code.ts";

const SERVER = new URL("..", import.meta.url).pathname;

/** Farther from the mean than this a fair bit is found once in ten million times. In standard deviations. */
const FAR = 5.3;

test("a token is 256 random bits, each of them as often 0 as 1, and none comes twice", () => {
  const tokens = Array.from({ length: 4_000 }, () => randomToken().reveal());
  assert.equal(new Set(tokens).size, tokens.length);
  const ones = new Array<number>(256).fill(0);
  for (const token of tokens) {
    const bytes = Buffer.from(token, "base64url");
    assert.deepEqual([token.length, bytes.length], [43, 32]);
    for (const at of ones.keys()) ones[at] = (ones[at] ?? 0) + (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1);
  }
  const allowed = FAR * Math.sqrt(tokens.length / 4);
  for (const [at, count] of ones.entries())
    assert.ok(Math.abs(count - tokens.length / 2) < allowed, `bit ${at} is 1 in ${count} of 4,000`);
});

test("each character of a code is one of 32, as often as any other", () => {
  const typed = Array.from({ length: 8_000 }, () => foldCode(randomCode(2, 4).reveal())).join("");
  const counts = new Map<string, number>();
  for (const character of typed) counts.set(character, (counts.get(character) ?? 0) + 1);
  assert.equal(counts.size, 32);
  const mean = typed.length / 32;
  for (const [character, count] of counts)
    assert.ok(Math.abs(count - mean) < FAR * Math.sqrt(mean), `${character} came ${count} times`);
});

test("nothing in the server draws from a generator that can be predicted", () => {
  const sources = readdirSync(SERVER, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .filter((path) => /Math\.random|pseudoRandomBytes/.test(readFileSync(join(SERVER, path), "utf8")));
  assert.deepEqual(sources, []);
});
