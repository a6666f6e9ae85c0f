import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decideRotation } from "./decide-rotation.ts";

const NOW = new Date("2026-11-23T10:00:00Z");
const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
const version = (number: number, days: number, isLiving = true) => ({
  version: number,
  createdAt: daysAgo(days),
  isLiving,
});

test("a version is due at 27 days, three before the limit, or when somebody wishes it", () => {
  const verdictAt = (days: number, wish: "now" | "when_due") =>
    decideRotation([version(1, days)], wish, NOW).verdict;
  assert.equal(verdictAt(26.99, "when_due"), "nothing");
  assert.equal(verdictAt(27, "when_due"), "begin");
  assert.equal(verdictAt(27.01, "when_due"), "begin");
  assert.equal(verdictAt(0, "now"), "begin");
});

test("what was begun is finished first, whatever is wished, and a destroyed version's number is not used again", () => {
  const cutOff = [version(3, 40, false), version(4, 30), version(5, 1)];
  for (const wish of ["now", "when_due"] as const)
    assert.deepEqual(decideRotation(cutOff, wish, NOW), { verdict: "finish", to: 5, from: [4] });
  const odd = [version(4, 30), version(5, 1, false)];
  assert.deepEqual(decideRotation(odd, "now", NOW), { verdict: "begin", to: 6, from: [4] });
  assert.deepEqual(decideRotation([version(1, 99, false)], "now", NOW), { verdict: "nothing" });
});

test("whatever versions there are, none is replaced by one that is not newer, and at most two live", () => {
  const versions = fc
    .uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 6 })
    .chain((numbers) =>
      fc.tuple(
        ...numbers
          .sort((a, b) => a - b)
          .map((number) =>
            fc
              .tuple(fc.integer({ min: 0, max: 60 }), fc.boolean())
              .map(([days, isLiving]) => version(number, days, isLiving)),
          ),
      ),
    );
  fc.assert(
    fc.property(versions, fc.constantFrom("now", "when_due"), (all, wish) => {
      const decided = decideRotation(all, wish, NOW);
      const living = all.filter(({ isLiving }) => isLiving);
      if (decided.verdict === "nothing") return living.length <= 1;
      const isNewer = decided.from.every((from) => from < decided.to);
      if (decided.verdict === "finish") return isNewer && living.at(-1)?.version === decided.to;
      return isNewer && living.length === 1 && !all.some((each) => each.version === decided.to);
    }),
  );
});
