import assert from "node:assert/strict";
import { test } from "node:test";
import { guessScript, isEmojiOnly } from "./text-script.ts";

test("a text follows the script most of its letters are in", () => {
  assert.equal(guessScript("ممكن التوصيل؟"), "ar");
  assert.equal(guessScript("Hello Layla"), "en");
  assert.equal(guessScript("طلبي MH-20817 متى يصل إلى الرياض"), "ar");
  assert.equal(guessScript("The word سلام means peace, said the old man"), "en");
  assert.equal(guessScript("12345 !!"), "en");
});

test("one to three emoji alone are large; four, or a word with one, are not", () => {
  for (const text of ["👍", "👍🏽", "👩‍👩‍👧", "🇸🇦", "❤️", "😀😀😀"])
    assert.equal(isEmojiOnly(text), true, text);
  for (const text of ["😀😀😀😀", "ok 👍", "1", "", "*"]) assert.equal(isEmojiOnly(text), false, text);
});
