import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { steadyClock } from "./clock.ts";

const HOUR_MS = 3_600_000;

/** A wall that the test sets, and what the steady clock says of it. */
function steadyAt(start: number) {
  const wall = { ms: start };
  const steps: number[] = [];
  const clock = steadyClock(
    () => new Date(wall.ms),
    (ms) => steps.push(ms),
  );
  clock();
  return { wall, steps, read: () => clock().getTime() };
}

test("a clock that is never set back is shown as it is, jumps forward included", () => {
  const { wall, steps, read } = steadyAt(1_000);
  for (const ms of [1_000, 1_001, 61_000, 61_000 + HOUR_MS, 61_001 + HOUR_MS]) {
    wall.ms = ms;
    assert.equal(read(), ms);
  }
  assert.deepEqual(steps, []);
});

test("an hour back is told once, stands still, and is caught up with in four hours", () => {
  const { wall, steps, read } = steadyAt(10 * HOUR_MS);
  wall.ms = 9 * HOUR_MS;
  assert.equal(read(), 10 * HOUR_MS);
  wall.ms = 10 * HOUR_MS;
  assert.equal(read(), 10.75 * HOUR_MS);
  wall.ms = 13 * HOUR_MS - 4;
  assert.equal(read(), 13 * HOUR_MS - 3);
  wall.ms = 14 * HOUR_MS;
  assert.equal(read(), 14 * HOUR_MS);
  assert.deepEqual(steps, [HOUR_MS]);
});

test("a time server's small corrections are made up for and told nobody", () => {
  const { wall, steps, read } = steadyAt(0);
  wall.ms = -1_999;
  assert.equal(read(), 0);
  wall.ms = -4_000;
  assert.equal(read(), 0);
  assert.deepEqual(steps, [2_001]);
});

test("whatever the wall does, the steady clock neither goes back nor falls behind it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS })), (moves) => {
      const { wall, read } = steadyAt(0);
      let last = read();
      for (const move of moves) {
        wall.ms += move;
        const now = read();
        assert.ok(now >= last && now >= wall.ms);
        last = now;
      }
    }),
  );
});
