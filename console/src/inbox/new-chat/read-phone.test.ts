import assert from "node:assert/strict";
import { test } from "node:test";
import { readPhone } from "./read-phone.ts";

test("separators, a leading 00, Arabic digits and direction marks are understood", () => {
  for (const typed of [
    "+966 50 000 0142",
    "00966-50-000-0142",
    "+٩٦٦٥٠٠٠٠٠١٤٢",
    "\u202a+966 (50) 000.0142\u202c",
    "+۹۶۶۵۰۰۰۰۰۱۴۲",
  ])
    assert.equal(readPhone(typed), "+966500000142", typed);
});

test("a number without country code, too short, too long or with letters is none", () => {
  for (const typed of ["0500000142", "+123456", "+1234567890123456", "+966 50 abc", "", "+0123456789"])
    assert.equal(readPhone(typed), undefined, typed);
  assert.equal(readPhone("+1234567"), "+1234567");
  assert.equal(readPhone("+123456789012345"), "+123456789012345");
});
