import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { steadyClock } from "./clock.ts";

const HOUR_MS = 3_600_000;

/** A wall and a stopwatch that the test sets, and what the steady clock says. */
function steadyAt(start: number) {
  const time = { wall: start, stopwatch: 0 };
  const steps: number[] = [];
  const clock = steadyClock(() => new Date(time.wall), {
    onStepBack: (ms) => steps.push(ms),
    stopwatch: () => time.stopwatch,
  });
  clock();
  return {
    ...{ time, steps },
    read: () => clock().getTime(),
    pass(ms: number) {
      time.wall += ms;
      time.stopwatch += ms;
    },
  };
}

test("a clock that is never set back is shown as it is, jumps forward included", () => {
  const { time, steps, read } = steadyAt(1_000);
  for (const ms of [1_000, 1_001, 61_000, 61_000 + HOUR_MS, 61_001 + HOUR_MS]) {
    time.wall = ms;
    assert.equal(read(), ms);
  }
  assert.deepEqual(steps, []);
});

test("an hour back is told once, stands still, and is caught up with in four hours", () => {
  const { time, steps, read, pass } = steadyAt(10 * HOUR_MS);
  time.wall = 9 * HOUR_MS;
  assert.equal(read(), 10 * HOUR_MS);
  const minutes = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      pass(60_000);
      read();
    }
    return read();
  };
  assert.equal(minutes(60), 10.75 * HOUR_MS);
  assert.equal(minutes(170), 10 * HOUR_MS + 230 * 45_000);
  assert.equal(minutes(10), 13 * HOUR_MS, "and here the two agree");
  assert.equal(minutes(1), 13 * HOUR_MS + 60_000);
  assert.deepEqual(steps, [HOUR_MS]);
});

test("readings closer than a millisecond do not stop it", () => {
  const { time, read, pass } = steadyAt(0);
  time.wall = -HOUR_MS;
  for (let n = 0; n < 1_000; n += 1) {
    pass(0.5);
    read();
  }
  assert.equal(read(), 375);
});

test("a clock that goes to and fro puts it no further ahead than that clock has been", () => {
  const { time, read, pass } = steadyAt(0);
  for (let n = 0; n < 100; n += 1) {
    time.wall += n % 2 === 0 ? HOUR_MS : -HOUR_MS;
    pass(1_000);
    read();
  }
  assert.ok(read() <= HOUR_MS + 100_000, `${read() / HOUR_MS} h`);
});

test("a time server's small corrections are made up for and told nobody", () => {
  const { time, steps, read } = steadyAt(0);
  time.wall = -1_999;
  assert.equal(read(), 0);
  time.wall = -4_000;
  assert.equal(read(), 0);
  assert.deepEqual(steps, [2_001]);
});

test("whatever the wall does, the steady clock neither goes back nor falls behind it", () => {
  const moves = fc.tuple(fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }), fc.nat(HOUR_MS));
  fc.assert(
    fc.property(fc.array(moves), (steps) => {
      const { time, read, pass } = steadyAt(0);
      let last = read();
      for (const [step, ms] of steps) {
        time.wall += step;
        pass(ms);
        const now = read();
        assert.ok(now >= last && now >= time.wall);
        last = now;
      }
    }),
  );
});
