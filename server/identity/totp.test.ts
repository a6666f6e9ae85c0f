import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../platform/secret.ts";
import { findTotpStep, newTotpSecret, totpCodeAt, totpUri } from "./totp.ts";

/** RFC 6238, appendix B: "12345678901234567890" in base32, and the last six of its eight digits. */
const RFC_SECRET = new Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
const VECTORS = [
  ["1970-01-01T00:00:59Z", "287082"],
  ["2005-03-18T01:58:29Z", "081804"],
  ["2009-02-13T23:31:30Z", "005924"],
  ["2033-05-18T03:33:20Z", "279037"],
] as const;

test("codes are those of RFC 6238", () => {
  for (const [at, code] of VECTORS) assert.equal(totpCodeAt(RFC_SECRET, new Date(at)), code);
});

test("a code is good in its own 30 seconds and one step before and after", () => {
  const at = new Date("2009-02-13T23:31:30Z");
  const found = (seconds: number) =>
    findTotpStep(RFC_SECRET, "005924", [new Date(at.getTime() + seconds * 1000)]);

  const step = BigInt(at.getTime() / 30_000);
  assert.equal(found(-30.001), undefined);
  for (const seconds of [-30, 0, 29.999, 30, 59.999]) assert.equal(found(seconds), step);
  assert.equal(found(60), undefined);
});

test("a secret has 160 bits, and its address is one that authenticators read", () => {
  const secret = newTotpSecret();
  assert.match(secret.reveal(), /^[A-Z2-7]{32}$/);
  const uri = new URL(totpUri(secret, "ana@shop.example").reveal());
  assert.equal(`${uri.protocol}//${uri.host}${uri.pathname}`, "otpauth://totp/Wardroom:ana%40shop.example");
  assert.equal(uri.searchParams.get("secret"), secret.reveal());
  assert.notEqual(newTotpSecret().reveal(), secret.reveal());
});
