import assert from "node:assert/strict";
import { test } from "node:test";
import { readServiceWindow } from "./service-window.ts";

const now = Date.parse("2026-11-23T08:00:00.000Z");

test("the share is of the whole day, and never above it", () => {
  assert.deepEqual(readServiceWindow("2026-11-23T20:00:00.000Z", now), {
    state: "open",
    leftMs: 12 * 60 * 60_000,
    share: 0.5,
  });
  const ahead = readServiceWindow("2026-11-24T08:05:00.000Z", now);
  assert.equal(ahead.state !== "closed" && ahead.share, 1);
});

test("it is closing below four hours and closed at its end", () => {
  assert.equal(readServiceWindow("2026-11-23T12:00:00.000Z", now).state, "open");
  assert.equal(readServiceWindow("2026-11-23T11:59:59.999Z", now).state, "closing");
  assert.equal(readServiceWindow("2026-11-23T08:00:00.001Z", now).state, "closing");
  assert.equal(readServiceWindow("2026-11-23T08:00:00.000Z", now).state, "closed");
  assert.equal(readServiceWindow(null, now).state, "closed");
});
