import assert from "node:assert/strict";
import { test } from "node:test";
import { webhookBytes, webhookSignature } from "./signed-body.ts";

const BODY = { a: "äöå % @ < b> https://x 🙂 سلام", n: 1 };
const BYTES = String.raw`{"a":"\u00e4\u00f6\u00e5 \u0025 \u0040 \u003C b> https:\/\/x \ud83d\ude42 \u0633\u0644\u0627\u0645","n":1}`;

test("a webhook is compact ASCII with Meta's escapes", () => {
  assert.equal(webhookBytes(BODY).toString("latin1"), BYTES);
});

test("the escaped bytes mean the same JSON", () => {
  assert.deepEqual(JSON.parse(webhookBytes(BODY).toString()), BODY);
});

test("control characters and lone surrogates leave no raw byte outside printable ASCII", () => {
  const bytes = webhookBytes({ a: "\u0000\u001f\u007f\u2028\ud800 \n" });
  assert.equal(/^[\x20-\x7e]*$/.test(bytes.toString("latin1")), true);
  assert.deepEqual(JSON.parse(bytes.toString()), { a: "\u0000\u001f\u007f\u2028\ud800 \n" });
});

test("the signature is the HMAC over the escaped bytes (vector computed with openssl)", () => {
  assert.equal(
    webhookSignature("test-app-secret-0123456789abcdef", Buffer.from(BYTES)),
    "sha256=f54348c0bd32f4d0498506a6cf756785c1e08e1083a1b456703842dae076d892",
  );
});
