import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { arabic } from "../texts/ar.ts";
import { english } from "../texts/en.ts";
import { findFix, reasonOfRefusal } from "./failure-text.ts";

test("every reason that a failed message may have is told in both languages", () => {
  const errors = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const sending = errors.slice(errors.indexOf("## Sending"), errors.indexOf("## Numbers"));
  const reasons = Array.from(sending.matchAll(/^\| `(\w+)` \|/gm), (match) => match[1] ?? "");
  assert.ok(reasons.length > 25);
  const untold = reasons.filter(
    (reason) =>
      reason !== "unknown_refusal" &&
      !(Object.hasOwn(english, `reason.${reason}`) && Object.hasOwn(arabic, `reason.${reason}`)),
  );
  assert.deepEqual(untold, []);
});

test("what can be done is offered only where it can help", () => {
  const fix = (reason: string) => findFix({ code: null, reason });
  assert.equal(fix("not_on_whatsapp"), "check_number");
  assert.equal(fix("window_closed"), "choose_template");
  assert.equal(fix("rate_limited"), "again");
  assert.equal(fix("token_invalid"), null);
  assert.equal(fix("constructor"), null);
});

test("a refusal of our own server is told by its code", () => {
  assert.equal(reasonOfRefusal("inbox.window_closed"), "reason.window_closed");
  assert.equal(reasonOfRefusal("inbox.take_first"), "reason.not_your_chat");
  assert.equal(reasonOfRefusal("template.variable_missing"), "reason.template_invalid");
  assert.equal(reasonOfRefusal("template.not_approved"), "reason.template_unavailable");
  assert.equal(reasonOfRefusal("media.type_not_allowed"), "reason.file");
  assert.equal(reasonOfRefusal("media.upload_not_found"), "reason.fileGone");
  assert.equal(reasonOfRefusal("something.new"), "reason.refusedHere");
});
