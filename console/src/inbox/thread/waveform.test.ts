import assert from "node:assert/strict";
import { test } from "node:test";
import { BAR_COUNT, formatDuration, measureBars } from "./waveform.ts";

test("each bar is the loudest moment of its stretch, the loudest of all is full", () => {
  const samples = new Float32Array(BAR_COUNT * 10);
  samples[5] = -0.25;
  samples[15] = 0.5;
  const bars = measureBars(samples);
  assert.equal(bars.length, BAR_COUNT);
  assert.deepEqual(bars.slice(0, 3), [0.5, 1, 0]);
});

test("silence and nothing at all are flat, not broken", () => {
  assert.deepEqual(new Set(measureBars(new Float32Array(1000))), new Set([0]));
  assert.equal(measureBars(new Float32Array(0)).length, BAR_COUNT);
});

test("durations read as on a player", () => {
  assert.deepEqual([0, 18.9, 60, 3729, Number.NaN, Number.POSITIVE_INFINITY].map(formatDuration), [
    "0:00",
    "0:18",
    "1:00",
    "1:02:09",
    "0:00",
    "0:00",
  ]);
});
