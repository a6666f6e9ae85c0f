import assert from "node:assert/strict";
import { test } from "node:test";
import { arabic } from "./ar.ts";
import { english } from "./en.ts";
import { translator } from "./translate.ts";

const en = translator("en", english);
const ar = translator("ar", arabic);

test("a text is filled, and its plural chosen by the language's own rules", () => {
  assert.equal(en("shell.unread", { count: 1 }), "1 unread");
  assert.deepEqual(
    [0, 1, 2, 3, 11, 100].map((count) => ar("shell.unread", { count })),
    [
      "لا رسائل غير مقروءة",
      "رسالة غير مقروءة",
      "رسالتان غير مقروءتين",
      "3 رسائل غير مقروءة",
      "11 رسالة غير مقروءة",
      "100 رسالة غير مقروءة",
    ],
  );
});

test("numbers have Latin digits in both languages", () => {
  assert.equal(en("members.deactivateTitle", { name: 1200 }), "Suspend 1,200?");
  assert.match(ar("members.deactivateTitle", { name: 1200 }), /1,200/);
});

test("a value of the other script is isolated, so that it cannot turn the sentence around; others are untouched", () => {
  assert.equal(en("members.roleOf", { name: "Layla" }), "Role of Layla");
  assert.equal(en("members.roleOf", { name: "ليلى" }), "Role of \u2068ليلى\u2069");
  assert.equal(ar("members.roleOf", { name: "ليلى" }), "دور ليلى");
  assert.equal(ar("members.roleOf", { name: "+44 20 7946 0142" }), "دور \u2068+44 20 7946 0142\u2069");
  assert.equal(ar("members.roleOf", { name: "10:42" }), "دور 10:42");
  assert.equal(ar("members.roleOf", { name: "Layla" }), "دور \u2068Layla\u2069");
});

test("a value that looks like a placeholder is not filled again", () => {
  assert.equal(en("members.roleOf", { name: "{name}" }), "Role of {name}");
});
