import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { AnswerLine } from "./answer-line.ts";

test("sixteen answers go in a turn, in their order, and who comes meanwhile is behind them", async () => {
  const line = new AnswerLine();
  const given: number[] = [];
  for (let n = 0; n < 40; n += 1)
    line.add(() => {
      given.push(n);
      if (n === 3) line.add(() => given.push(99));
    });
  assert.deepEqual(given, [], "none at once");
  const counts: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    await turn();
    counts.push(given.length);
  }
  assert.deepEqual(counts, [16, 32, 41, 41]);
  assert.deepEqual(given, [...Array.from({ length: 40 }, (_, n) => n), 99]);
});

test("an answer that comes when none waits goes in the next turn", async () => {
  const line = new AnswerLine();
  const given: string[] = [];
  for (const name of ["first", "second"]) {
    line.add(() => given.push(name));
    await turn();
  }
  assert.deepEqual(given, ["first", "second"]);
});
