import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { senderRig, text } from "../../../tests/support/sender-rig.ts";
import { newId } from "../../platform/ids.ts";
import { NumberPace } from "./number-pace.ts";
import type { Outcome } from "./outcome.ts";
import { inFlightAllowed, numberBackoffMs, numberBucket, PairPace, pairBackoffMs } from "./pace.ts";

const START = new Date("2026-11-23T10:00:00Z");
const after = (ms: number) => new Date(START.getTime() + ms);

test("in no second does a number send more than its throughput, however it is asked", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
      (throughput, pauses) => {
        const bucket = numberBucket(throughput, START);
        const sent: number[] = [];
        let ms = 0;
        for (const pause of pauses) {
          ms += pause;
          const count = bucket.available(after(ms));
          bucket.take(count, after(ms));
          for (let n = 0; n < count; n++) sent.push(ms);
        }
        const limit = Math.max(throughput, 2); // a number of 1 a second still has a burst of 1
        return sent.every((at) => sent.filter((other) => other >= at && other < at + 1000).length <= limit);
      },
    ),
    { numRuns: 60 },
  );
});

test("one person gets 45 at once, then one in six seconds", () => {
  const pairs = new PairPace();
  for (let n = 0; n < 44; n++) pairs.take("contact", START);
  assert.deepEqual(pairs.listExhausted(START), []);
  pairs.take("contact", START);
  assert.deepEqual(pairs.listExhausted(START), ["contact"]);
  assert.deepEqual(pairs.listExhausted(after(5_999)), ["contact"]);
  assert.deepEqual(pairs.listExhausted(after(6_000)), []);
  pairs.take("contact", after(6_000));
  assert.deepEqual(pairs.listExhausted(after(11_999)), ["contact"]);
  assert.deepEqual(pairs.listExhausted(after(12_000)), []);
});

test("waits grow as Meta asks for one person, and stay within a minute for a number", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 99].map(pairBackoffMs),
    [1_000, 4_000, 16_000, 64_000, 256_000, 1_024_000, 1_024_000, 1_024_000],
  );
  assert.deepEqual([1, 2, 3, 6, 7, 99].map(numberBackoffMs), [1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
});

test("messages that fail together are one setback; a wait that Meta names is kept; a success forgets", () => {
  const pace = new NumberPace();
  const again = (waitMs: number | null): Outcome => ({
    kind: "again",
    failure: { code: 130429, reason: "rate_limited" },
    holds: "number",
    waitMs,
  });
  const row = { attempts: 1 };
  for (const ms of [0, 10, 20]) assert.deepEqual(pace.dueAfter(row, again(null), after(ms)), after(1_000));
  assert.equal(pace.rests(after(999)), true);
  assert.equal(pace.rests(after(1_000)), false);
  assert.deepEqual(pace.dueAfter(row, again(null), after(1_000)), after(3_000));
  assert.deepEqual(pace.dueAfter(row, again(180_000), after(3_000)), after(183_000));
  pace.dueAfter(row, { kind: "accepted", wamid: null, recipient: null }, after(183_000));
  assert.deepEqual(pace.dueAfter(row, again(null), after(183_000)), after(184_000));
});

test("a sender keeps to its number's rate on the wire, and uses it", async () => {
  await using rig = await senderRig(20);
  await using sender = rig.openSender();
  const times: number[] = [];
  const { answer } = rig;
  rig.answer = (request, nth) => {
    times.push(Date.now());
    answer(request, nth);
  };
  for (let n = 0; n < 40; n++) await rig.queue(newId(), text("x"));
  const begun = Date.now();
  sender.wake(rig.workspaceId);
  await rig.until("all went", () => rig.settlements.length === 40);

  for (const at of times) {
    // Two more than the rate: two messages may meet on the way.
    assert.ok(times.filter((other) => other >= at && other < at + 1000).length <= 22);
  }
  assert.ok(Date.now() - begun < 4_000, "40 messages at 20 a second take about two seconds");
});

test("as many are on their way as a number's rate needs, and never more than 400", () => {
  assert.deepEqual([1, 80, 81, 500, 1_000, 5_000].map(inFlightAllowed), [32, 32, 33, 200, 400, 400]);
});
