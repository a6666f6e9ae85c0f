import assert from "node:assert/strict";
import { test } from "node:test";
import { rise, slopeOf } from "./slope.ts";

test("the slope of points is that of the line through them, with its error", () => {
  // Anscombe's first quartet (1973): y = 3.00 + 0.500 x, standard error of the slope 0.118.
  const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  const { perUnit, standardError, mean } = slopeOf(x.map((at, n) => [at, y[n] ?? 0] as const));
  assert.deepEqual(
    [perUnit.toFixed(3), standardError.toFixed(3), mean.toFixed(2)],
    ["0.500", "0.118", "7.50"],
  );
});

test("what goes up and down has not risen, what falls has not, and what rises has by so much", () => {
  assert.equal(rise([1, 2, 1, 2, 1, 2, 1].map((y, x) => [x, y] as const)), 0);
  assert.equal(rise([5, 4, 3, 2].map((y, x) => [x, y] as const)), 0);
  assert.equal(Math.round(rise([10, 20.1, 29.9, 40].map((y, x) => [x, y] as const))), 30);
});
