import assert from "node:assert/strict";
import { test } from "node:test";
import { daysOf, periodOf } from "./periods.ts";
import { sumByCountry, sumByDay } from "./sums.ts";

test("months and their days are those of UTC, also on the last evening of one", () => {
  const now = new Date("2026-03-31T23:30:00Z");
  assert.deepEqual(periodOf("thisMonth", now), { from: "2026-03-01", to: "2026-03-31" });
  assert.deepEqual(periodOf("lastMonth", now), { from: "2026-02-01", to: "2026-02-28" });
  assert.equal(daysOf(periodOf("days90", now)).length, 90);
  assert.deepEqual(periodOf("lastMonth", new Date("2026-01-15T00:00:00Z")), {
    from: "2025-12-01",
    to: "2025-12-31",
  });
});

const usage = (day: string, category: string, country: string, messages: number) => ({
  ...{ day, category, country, messages },
  numberId: "019ab000-0000-7000-8000-000000000000",
});

test("sums keep days without messages, and add up what has the same price in different numbers", () => {
  const usages = [
    usage("2026-03-01", "utility", "AE", 3),
    usage("2026-03-01", "marketing", "AE", 1),
    usage("2026-03-03", "utility", "AE", 2),
  ];
  assert.deepEqual(sumByDay(usages, { from: "2026-03-01", to: "2026-03-03" }), [
    { day: "2026-03-01", total: 4, parts: { utility: 3, marketing: 1 } },
    { day: "2026-03-02", total: 0, parts: {} },
    { day: "2026-03-03", total: 2, parts: { utility: 2 } },
  ]);
  const estimates = [{ currency: "USD", millionths: 3 }, null, { currency: "USD", millionths: 2 }];
  assert.deepEqual(sumByCountry(usages, estimates), [
    { key: "AE utility", country: "AE", category: "utility", messages: 5, amounts: { USD: 5 }, unpriced: 0 },
    { key: "AE marketing", country: "AE", category: "marketing", messages: 1, amounts: {}, unpriced: 1 },
  ]);
});
