import assert from "node:assert/strict";
import { test } from "node:test";
import { startOfLocalDay } from "./period-start.ts";

test("a day begins when it begins on the wall of the workspace", () => {
  const now = new Date("2026-11-23T21:30:00Z");
  const start = (timeZone: string, back = 0) => startOfLocalDay(now, timeZone, back).toISOString();
  assert.equal(start("Asia/Dubai"), "2026-11-23T20:00:00.000Z", "there it is the 24th already");
  assert.equal(start("UTC"), "2026-11-23T00:00:00.000Z");
  assert.equal(start("America/New_York"), "2026-11-23T05:00:00.000Z");
  assert.equal(start("Pacific/Kiritimati"), "2026-11-23T10:00:00.000Z");
  assert.equal(start("America/New_York", 27), "2026-10-27T04:00:00.000Z", "before the clocks went back");
});

test("a day whose midnight does not exist begins an hour later", () => {
  const now = new Date("2026-04-24T12:00:00Z");
  assert.equal(startOfLocalDay(now, "Africa/Cairo", 0).toISOString(), "2026-04-23T22:00:00.000Z");
  const later = new Date("2026-04-25T12:00:00Z");
  assert.equal(startOfLocalDay(later, "Africa/Cairo", 1).toISOString(), "2026-04-23T22:00:00.000Z");
});
