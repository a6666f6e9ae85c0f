import assert from "node:assert/strict";
import { test } from "node:test";
import { takenUpdates } from "./webhook-plan.ts";

const stretch = { firstGroup: 0, groups: 5 };
const all = Array.from({ length: 20 }, (_, u) => u);

test("every update counts as taken when every POST got its 200", () => {
  assert.deepEqual(takenUpdates(stretch, { untaken: [], batch: 1 }), all);
  assert.deepEqual(takenUpdates(stretch, { untaken: [], batch: 8 }), all);
});

test("an update whose POST was refused does not count, unless the repetition of that POST was taken", () => {
  // Of the first 61 POSTs each tenth repeats the very first.
  assert.deepEqual(takenUpdates(stretch, { untaken: [3], batch: 1 }), all.toSpliced(3, 1));
  assert.deepEqual(
    takenUpdates(stretch, { untaken: [0], batch: 1 }).toSorted((a, b) => a - b),
    all,
  );
  assert.deepEqual(takenUpdates(stretch, { untaken: [0, 9, 19], batch: 1 }), all.slice(1));
});

test("a refused POST takes all its updates with it, and the last one has fewer", () => {
  assert.deepEqual(takenUpdates(stretch, { untaken: [2], batch: 8 }), all.slice(0, 16));
});
