import assert from "node:assert/strict";
import { test } from "node:test";
import { arabic } from "./ar.ts";
import { english } from "./en.ts";
import { formatsOf } from "./formats.ts";
import { translator } from "./translate.ts";

const en = formatsOf("en", "Asia/Riyadh", translator("en", english));
const ar = formatsOf("ar", "Asia/Riyadh", translator("ar", arabic));
/** 00:30 on Tuesday 24 November 2026 in Riyadh, still Monday in Greenwich. */
const NOW = Date.parse("2026-11-23T21:30:00.000Z");
const MINUTE_MS = 60_000;

test("times and days are those of the workspace, not of the browser", () => {
  assert.equal(en.time("2026-11-23T21:05:00.000Z"), "00:05");
  assert.equal(en.moment("2026-11-23T21:05:00.000Z", NOW), "00:05");
  assert.equal(en.moment("2026-11-23T20:59:00.000Z", NOW), "Yesterday");
  assert.equal(ar.moment("2026-11-23T20:59:00.000Z", NOW), "أمس");
  assert.equal(en.isSameDay("2026-11-23T20:59:00.000Z", "2026-11-23T21:01:00.000Z"), false);
});

test("older moments go from weekday to date to year", () => {
  assert.equal(en.moment("2026-11-20T09:00:00.000Z", NOW), "Fri");
  assert.equal(en.day("2026-11-20T09:00:00.000Z", NOW), "Friday");
  assert.equal(en.moment("2026-10-14T09:00:00.000Z", NOW), "14 Oct");
  assert.equal(en.moment("2025-10-14T09:00:00.000Z", NOW), "14 Oct 2025");
  assert.equal(ar.moment("2026-10-14T09:00:00.000Z", NOW), "14 أكتوبر");
});

test("lengths of time say what a person would say", () => {
  const lengths = [
    30_000,
    12 * MINUTE_MS,
    60 * MINUTE_MS,
    80 * MINUTE_MS,
    65 * MINUTE_MS,
    3 * 1440 * MINUTE_MS,
  ];
  assert.deepEqual(lengths.map(en.duration), [
    "under a minute",
    "12 min",
    "1 h",
    "1 h 20",
    "1 h 05",
    "3 days",
  ]);
  assert.deepEqual(lengths.map(ar.duration), [
    "أقل من دقيقة",
    "12 د",
    "1 س",
    "1 س 20 د",
    "1 س 05 د",
    "3 أيام",
  ]);
  assert.equal(en.ago("2026-11-23T21:29:50.000Z", NOW), "a moment ago");
  assert.equal(en.ago("2026-11-23T21:18:00.000Z", NOW), "12 min ago");
});

test("sizes of files are short", () => {
  assert.deepEqual([1, 999, 1204, 48_211, 1_240_000].map(en.bytes), [
    "1 byte",
    "999 bytes",
    "1 kB",
    "48 kB",
    "1.2 MB",
  ]);
});
