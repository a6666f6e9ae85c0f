import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFields } from "./mac-fields.ts";
import type { MacField } from "./vault.ts";

const field: fc.Arbitrary<MacField> = fc.oneof(
  fc.constant(null),
  fc.string({ unit: "grapheme" }),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

test("fields are the bytes that other code computes", () => {
  // python3: b"".join(...) over struct.pack(">I", 7), then tag + struct.pack(">I", len(c)) + c for each field.
  const fields = ["ab", "", null, -7, 10n ** 20n, true, new Date("2026-11-23T10:00:00.123Z")];
  assert.equal(
    encodeFields(fields).toString("hex"),
    "00000007730000000261627300000000300000000069000000022d376900000015313030303030" +
      "303030303030303030303030303030620000000131640000000d31373935343238303030313233",
  );
});

test("no two different lists of fields are the same bytes", () => {
  const same = (a: MacField, b: MacField) =>
    a === b ||
    (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b)) ||
    (a instanceof Date && b instanceof Date && a.getTime() === b.getTime()) ||
    // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are the same field
    (/number|bigint/.test(typeof a) && /number|bigint/.test(typeof b) && a == b);
  fc.assert(
    fc.property(fc.array(field), fc.array(field), (one, other) => {
      const isSame = one.length === other.length && one.every((value, i) => same(value, other[i] ?? null));
      assert.equal(encodeFields(one).equals(encodeFields(other)), isSame);
    }),
  );
  for (const [one, other] of [
    [
      ["ab", "c"],
      ["a", "bc"],
    ],
    [["a"], ["a", null]],
    [[null], [""]],
    [["1"], [1]],
    [[1], [true]],
    [["x"], [Buffer.from("x")]],
    [[], [null]],
  ] satisfies MacField[][][]) {
    assert.notDeepEqual(encodeFields(one ?? []), encodeFields(other ?? []));
  }
});

test("a number that would not read back as it was written is a bug", () => {
  for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, new Date(Number.NaN)]) {
    assert.throws(() => encodeFields([value]), /whole numbers/);
  }
});
