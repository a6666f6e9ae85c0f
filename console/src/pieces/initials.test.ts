import assert from "node:assert/strict";
import { test } from "node:test";
import { initialsOf, toneOf } from "./initials.ts";

test("initials are the first letters of the first and last word, in any script, without the article", () => {
  const names = [
    "Layla Haddad",
    "محمد العتيبي",
    "Fatima Zahra Benali",
    "Noura Al-Qahtani",
    "عبدالله الشهري",
    "Cher",
  ];
  assert.deepEqual(names.map(initialsOf), ["LH", "مع", "FB", "NQ", "عش", "C"]);
});

test("a name without a letter has no initials", () => {
  assert.deepEqual(["", "   ", "🌹", "☎️ - …"].map(initialsOf), ["", "", "", ""]);
  assert.equal(initialsOf("🌹 Rose"), "R");
});

test("a person keeps their colour", () => {
  assert.equal(toneOf("0198-a"), toneOf("0198-a"));
  assert.equal(new Set(["a", "b", "c", "d"].map(toneOf)).size, 4);
});
