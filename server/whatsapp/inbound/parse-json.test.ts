import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseJson } from "./parse-json.ts";

const parse = (text: string) => parseJson(Buffer.from(text));
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

test("64 levels are read, 65 are too deep, and 10,000 or a million cost no stack", () => {
  assert.equal(parse(nested(64)).ok, true);
  for (const text of [nested(65), nested(10_000), '{"a":'.repeat(10_000), "[{".repeat(500_000)]) {
    assert.deepEqual(parse(text), { ok: false, reason: "too_deep" });
  }
});

test("brackets and escaped quotes inside strings are not levels", () => {
  for (const value of ["[".repeat(500), `\\"${"[".repeat(500)}`, `\\\\"${"{".repeat(500)}`, "\\"]) {
    assert.deepEqual(parse(JSON.stringify([value])), { ok: true, value: [value] });
  }
});

test("what follows a string that ends in a backslash is counted again", () => {
  assert.deepEqual(parse(`["\\\\",${nested(100)}]`), { ok: false, reason: "too_deep" });
});

for (const [title, bytes] of [
  ["nothing", ""],
  ["white space", "  \n"],
  ["half of it", '{"object":"whatsapp'],
  ["two of them", "{}{}"],
  ["a form", "object=whatsapp_business_account"],
  ["an unescaped control character", '["\u0000"]'],
  ["an invalid byte", Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
  ["an overlong slash", Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d])],
  ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
] as const) {
  test(`${title} is not JSON`, () => {
    assert.deepEqual(parseJson(Buffer.from(bytes)), { ok: false, reason: "not_json" });
  });
}

test("a byte order mark is skipped", () => {
  assert.deepEqual(parse("\ufeff[1]"), { ok: true, value: [1] });
});

test("whole numbers of any length keep every digit; the exact ones stay numbers", () => {
  assert.deepEqual(
    parse("[594425479261596, 9007199254740991, 9999999999999999, -12345678901234567890, 1.5]"),
    {
      ok: true,
      value: [594425479261596, 9007199254740991, "9999999999999999", "-12345678901234567890", 1.5],
    },
  );
  assert.deepEqual(parse('[1234567890123456.5, 1e300, "9999999999999999"]'), {
    ok: true,
    value: [1234567890123456.5, 1e300, "9999999999999999"],
  });
});

test("every JSON value without such numbers is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      fc.pre(!/[0-9]{16}/.test(text));
      assert.deepEqual(parse(text), { ok: true, value: JSON.parse(text) });
    }),
  );
});
