import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import { deriveKey, takeKey } from "./derive-key.ts";

test("keys are derived as RFC 5869 says", () => {
  // Appendix A, test case 3 (no salt, no info) and test case 1 (with both), cut to our 32 bytes.
  const ikm = createSecretKey(Buffer.alloc(22, 0x0b));
  assert.equal(
    deriveKey(ikm, "").export().toString("hex"),
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
  );
  // python3 with hmac and hashlib: case 1's key and salt, with one of our labels as info.
  const salt = Buffer.from("000102030405060708090a0b0c", "hex");
  assert.equal(
    deriveKey(ikm, "wardroom/seal/v1", salt).export().toString("hex"),
    "0aad89bf340597f73f9fcbcbf48db14596b3aaeeedcd9540a333525b10418cbc",
  );
});

test("taking a key empties the buffer it came in", () => {
  const bytes = Buffer.alloc(32, 7);
  const key = takeKey(bytes);
  assert.deepEqual(bytes, Buffer.alloc(32));
  assert.deepEqual(key.export(), Buffer.alloc(32, 7));
});
