import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "../platform/log.ts";
import { Clockwork } from "./clockwork.ts";

test("work that would go on for ever is told of the end, and waited for", async () => {
  let rounds = 0;
  const clockwork = new Clockwork(
    [
      {
        name: "endless",
        everyMs: 60_000,
        run: async (ended) => {
          while (!ended.aborted) {
            rounds += 1;
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        },
      },
    ],
    openLog("silent"),
  );
  clockwork.start();
  await new Promise((resolve) => setTimeout(resolve, 30));

  await clockwork[Symbol.asyncDispose]();
  const atTheEnd = rounds;
  clockwork.wake("endless");
  await new Promise((resolve) => setTimeout(resolve, 30));

  assert.equal(atTheEnd > 1, true);
  assert.equal(rounds, atTheEnd);
});

test("a call during a run is one more run, however many call, and a failure ends nothing", async () => {
  const runs: Array<PromiseWithResolvers<void>> = [];
  const run = () => {
    const one = Promise.withResolvers<void>();
    runs.push(one);
    return one.promise;
  };
  await using clockwork = new Clockwork([{ name: "job", everyMs: 60_000, run }], openLog("silent"));

  clockwork.wake("job");
  clockwork.wake("job");
  clockwork.wake("job");
  assert.equal(runs.length, 1);
  runs[0]?.reject(new Error("no"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(runs.length, 2);
  runs[1]?.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(runs.length, 2);
});
