import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { TurnBudget } from "./turn-budget.ts";

test("a turn's budget is spent once the turn is longer than it, and the next turn has a new one", async () => {
  let now = 0;
  const budget = new TurnBudget(60, () => now);
  const asked = [budget.isSpent()];
  for (const at of [59, 60, 61]) {
    now = at;
    asked.push(budget.isSpent());
  }
  await nextTurn();
  asked.push(budget.isSpent());
  assert.deepEqual(asked, [false, false, false, true, false]);
});
