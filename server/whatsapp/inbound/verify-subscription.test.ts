import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../platform/secret.ts";
import { answerVerification } from "./verify-subscription.ts";

const TOKENS = [new Secret("first-token"), new Secret("second-token")];
const GOOD = { "hub.mode": "subscribe", "hub.verify_token": "second-token", "hub.challenge": "1158201444" };

test("a subscription with one of our tokens gets its challenge back", () => {
  assert.equal(answerVerification(GOOD, TOKENS), "1158201444");
  assert.equal(answerVerification({ ...GOOD, "hub.challenge": "1".repeat(64) }, TOKENS), "1".repeat(64));
});

for (const [title, change] of [
  ["another mode", { "hub.mode": "unsubscribe" }],
  ["no mode", { "hub.mode": undefined }],
  ["a wrong token", { "hub.verify_token": "second-tokem" }],
  ["a token's beginning", { "hub.verify_token": "second" }],
  ["an empty token", { "hub.verify_token": "" }],
  ["no token", { "hub.verify_token": undefined }],
  ["two tokens", { "hub.verify_token": ["second-token", "second-token"] }],
  ["no challenge", { "hub.challenge": undefined }],
  ["an empty challenge", { "hub.challenge": "" }],
  ["a challenge that is text", { "hub.challenge": "<script>alert(1)</script>" }],
  ["a challenge with a line break", { "hub.challenge": "1\n" }],
  ["a challenge of 65 digits", { "hub.challenge": "1".repeat(65) }],
  ["two challenges", { "hub.challenge": ["1", "1"] }],
] as const) {
  test(`${title} gets no answer`, () => {
    assert.equal(answerVerification({ ...GOOD, ...change }, TOKENS), undefined);
  });
}

test("an empty token of ours is known to nobody, and without tokens nobody is known", () => {
  assert.equal(answerVerification({ ...GOOD, "hub.verify_token": "" }, [new Secret("")]), undefined);
  assert.equal(answerVerification(GOOD, []), undefined);
});
