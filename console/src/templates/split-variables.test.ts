import assert from "node:assert/strict";
import { test } from "node:test";
import { splitVariables } from "./split-variables.ts";

test("numbered and named variables are told from the words around them", () => {
  assert.deepEqual(splitVariables("Hello {{1}}, {{ order_id }}."), [
    { text: "Hello ", isVariable: false },
    { text: "1", isVariable: true },
    { text: ", ", isVariable: false },
    { text: "order_id", isVariable: true },
    { text: ".", isVariable: false },
  ]);
});

test("braces that are no variable stay words", () => {
  assert.deepEqual(splitVariables("{1} {{}} {{a b}}"), [{ text: "{1} {{}} {{a b}}", isVariable: false }]);
});
