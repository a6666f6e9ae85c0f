import assert from "node:assert/strict";
import { test } from "node:test";
import { guardMarkup } from "./trusted-types.ts";

type Rules = Record<string, (text: string) => string>;

function policy(): Rules {
  let made: Rules | undefined;
  const before = Object.getOwnPropertyDescriptor(globalThis, "trustedTypes");
  Object.defineProperty(globalThis, "trustedTypes", {
    configurable: true,
    value: { createPolicy: (_name: string, rules: Rules) => (made = rules) },
  });
  try {
    guardMarkup();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, "trustedTypes");
    else Object.defineProperty(globalThis, "trustedTypes", before);
  }
  assert.ok(made);
  return made;
}

test("style sheets pass, with the combinators and comparisons they hold", () => {
  const { createHTML } = policy();
  const css = "a > b { color: red } @media (400px <= width <= 700px) { :root { --x: 1 } }";
  assert.equal(createHTML?.(css), css);
});

test("whatever opens an element, a comment or a declaration is refused", () => {
  const { createHTML } = policy();
  for (const text of [
    "<img src=x onerror=alert(1)>",
    "a</style><script>",
    "<!--",
    "<?xml",
    "<SVG/onload=x>",
  ]) {
    assert.throws(() => createHTML?.(text), TypeError);
  }
});

test("scripts from strings have no rule at all", () => {
  assert.deepEqual(Object.keys(policy()), ["createHTML"]);
});
