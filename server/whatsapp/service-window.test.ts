import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceWindow } from "./service-window.ts";

test("the window is open until one minute before the 24th hour", async (t) => {
  const lastInbound = new Date("2026-03-01T10:00:00Z");
  const cases: Array<[now: string, open: boolean]> = [
    ["2026-03-01T10:00:00.000Z", true],
    ["2026-03-02T09:58:59.999Z", true],
    ["2026-03-02T09:59:00.000Z", false],
    ["2026-03-02T10:00:00.000Z", false],
  ];

  for (const [now, open] of cases) {
    await t.test(`${open ? "open" : "closed"} at ${now}`, () => {
      assert.equal(serviceWindow(lastInbound, new Date(now)).open, open);
    });
  }
});

test("a customer who never wrote to us has no window", () => {
  assert.deepEqual(serviceWindow(null, new Date("2026-03-01T10:00:00Z")), {
    open: false,
    reason: "never_contacted",
  });
});

test("a message from the future opens a window of 24 hours from now, not longer", () => {
  assert.deepEqual(serviceWindow(new Date("2027-01-01T00:00:00Z"), new Date("2026-03-01T10:00:00Z")), {
    open: true,
    closesAt: new Date("2026-03-02T09:59:00Z"),
  });
});
