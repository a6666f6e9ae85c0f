import assert from "node:assert/strict";
import { test } from "node:test";
import { id } from "./basics.ts";

test("an id in upper case is the same id", () => {
  assert.equal(id.parse("0198C0DE-0000-7000-8000-00000000000A"), "0198c0de-0000-7000-8000-00000000000a");
});
