import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const DOCS = new URL("../../docs", import.meta.url).pathname;

/** The promises: list items before the part that says what is none. */
function promises(): string[] {
  const [promised = ""] = readFileSync(join(DOCS, "guarantees.md"), "utf8").split(
    "## What we cannot promise",
  );
  return promised.split("\n").filter((line) => line.startsWith("- "));
}

const PROOF = /^- .+\. \[proof\]\((\S+) "(.+)"\)$/;

test("each promise of docs/guarantees.md names a test that is there", () => {
  assert.ok(promises().length > 15);
  for (const promise of promises()) {
    const [, path = "", name = ""] = PROOF.exec(promise) ?? [];
    assert.notEqual(path, "", `without a proof: ${promise}`);
    const tests = readFileSync(join(DOCS, path), "utf8");
    assert.ok(tests.includes(`${name}"`) || tests.includes(`${name}\``), `${path} has no test "${name}"`);
  }
});

test("no promise of docs/guarantees.md rests on a test that is skipped", () => {
  for (const promise of promises()) {
    const [, path = "", name = ""] = PROOF.exec(promise) ?? [];
    const lines = readFileSync(join(DOCS, path), "utf8").split("\n");
    const line = lines.find((each) => each.includes(name)) ?? "";
    assert.doesNotMatch(line, /skip|todo/, promise);
  }
});
