import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "./canonical-json.ts";

test("keys are sorted by UTF-16 code unit and nothing else is between them", () => {
  // The example of RFC 8785, section 3.2.3: the emoji is a surrogate pair from 0xD83D and so stands before U+FB33.
  const object = { "\u20ac": 5, "\r": 1, "\ufb33": 7, "1": 2, "\u{1f600}": 6, "\u0080": 3, "\u00f6": 4 };
  assert.equal(
    canonicalJson(object),
    '{"\\r":1,"1":2,"\u0080":3,"\u00f6":4,"\u20ac":5,"\u{1f600}":6,"\ufb33":7}',
  );
});

test("a value and its shuffled twin have one text, which parses back to the value", () => {
  const value = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null)),
  );
  fc.assert(
    fc.property(value, (object) => {
      const shuffled = Object.fromEntries(Object.entries(object).reverse());
      assert.equal(canonicalJson(shuffled), canonicalJson(object));
      assert.deepEqual(JSON.parse(canonicalJson(object)), JSON.parse(JSON.stringify(object)));
    }),
  );
});

test("a fraction is refused rather than written in a form that another language would not repeat", () => {
  assert.throws(() => canonicalJson({ n: 0.1 }));
  assert.throws(() => canonicalJson(Number.NaN));
});
