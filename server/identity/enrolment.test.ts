import assert from "node:assert/strict";
import { test } from "node:test";
import { newRecoveryCodes } from "./enrolment.ts";
import { foldCode } from "./random-code.ts";

/** Of 32 characters each is 5 bits. */
const BITS_PER_CHARACTER = 5;

test("ten recovery codes are made, each of more than 112 random bits, in groups that a person can read", () => {
  const codes = newRecoveryCodes().reveal();
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) {
    assert.match(code, /^([0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}$/);
    assert.ok(foldCode(code).length * BITS_PER_CHARACTER >= 112);
  }
});
