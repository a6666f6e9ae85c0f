import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("./passkeys.ts", import.meta.url), "utf8");

test("the browser is told to verify its person, when a passkey is made and when it answers", () => {
  const asked = [...source.matchAll(/userVerification: "(\w+)"/g)].map(([, how]) => how);
  assert.deepEqual(asked, ["required", "required"]);
  assert.equal(source.match(/\bstart(Registration|Authentication)\(\{/g)?.length, 2);
});
