import assert from "node:assert/strict";
import { test } from "node:test";
import { findFix, findReason } from "./failure-text.ts";

const failure = (code: number | null, reason = "") => ({ code, reason });

test("our own reason comes before Meta's code", () => {
  assert.equal(findReason(failure(131026, "window_closed")), "reason.window_closed");
  assert.equal(findReason(failure(131026, "a name we do not know")), "reason.not_on_whatsapp");
});

test("ranges end where Meta's end", () => {
  assert.deepEqual(
    [131999, 132000, 132099, 132100, 199, 200, 299, 300].map((code) => findReason(failure(code))),
    [
      undefined,
      "reason.template",
      "reason.template",
      undefined,
      undefined,
      "reason.permission",
      "reason.permission",
      undefined,
    ],
  );
});

test("names of every object are no reasons", () => {
  assert.equal(findReason(failure(null, "constructor")), undefined);
  assert.equal(findReason(failure(null, "__proto__")), undefined);
});

test("what can be done is offered only where it can help", () => {
  assert.equal(findFix(failure(131026)), "check_number");
  assert.equal(findFix(failure(131047)), "choose_template");
  assert.equal(findFix(failure(130429)), "again");
  assert.equal(findFix(failure(135000)), "again");
  assert.equal(findFix(failure(190)), null);
  assert.equal(findFix(failure(131031)), null);
});
