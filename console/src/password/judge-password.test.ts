import assert from "node:assert/strict";
import { test } from "node:test";
import { arabic } from "../texts/ar.ts";
import { english } from "../texts/en.ts";
import { LEAST_SCORE, loadJudge } from "./judge-password.ts";

const WEAK = [
  "aaaaaaaaaaaaaa",
  "qwertyuiopas",
  "January-2026",
  "wardroomwardroom",
  "1qaz2wsx3edc",
  "leavemealone",
];

test("a password that will not do comes with advice on a better one, in both languages", async () => {
  const judge = await loadJudge();
  for (const password of WEAK) {
    const { score, advice } = judge(password, []);
    assert.ok(score < LEAST_SCORE, password);
    assert.ok(advice.length > 0, password);
    for (const key of advice) assert.ok(key in english && key in arabic, key);
  }
});

test("one that will do is told to be good", async () => {
  const judge = await loadJudge();
  assert.ok(judge("boats under stone bridges", []).score >= LEAST_SCORE);
});
