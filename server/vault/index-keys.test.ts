import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { IndexKeys } from "./index-keys.ts";

const KEYS = new IndexKeys(createSecretKey(randomBytes(32)));

test("hashes and MACs are what other code computes", () => {
  // python3 with hmac and hashlib: HKDF-SHA256 of the master 00..1f by label, then HMAC-SHA256.
  const keys = new IndexKeys(createSecretKey(Buffer.from(Array.from({ length: 32 }, (_, i) => i))));
  assert.equal(
    keys.hash("wa_id", "+971501234567").toString("hex"),
    "0826311b8c2666e9b69c2ef066209c5bfe6215bcfa26ca9c4157f455a786b62e",
  );
  const fields = ["ab", "", null, -7, 10n ** 20n, true, new Date("2026-11-23T10:00:00.123Z")];
  assert.equal(
    keys.mac("role", fields).toString("hex"),
    "066dd6c5f011a488094079cf6a33ba111084a2330808905edbac12b6c1bc1b69",
  );
});

test("hashes are equal for equal values under one name, and unrelated otherwise", () => {
  const other = new IndexKeys(createSecretKey(randomBytes(32)));
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (one, two) => {
      assert.deepEqual(KEYS.hash("email", one), KEYS.hash("email", Buffer.from(one)));
      assert.equal(KEYS.hash("email", one).equals(KEYS.hash("email", two)), one === two);
      assert.notDeepEqual(KEYS.hash("email", one), KEYS.hash("wa_id", one));
      assert.notDeepEqual(KEYS.hash("email", one), other.hash("email", one));
    }),
  );
});

test("a row MAC holds for its label, its fields and its workspace only", () => {
  const other = new IndexKeys(createSecretKey(randomBytes(32)));
  const mac = KEYS.mac("role", ["member", "owner"]);
  assert.equal(KEYS.isMac("role", ["member", "owner"], mac), true);
  assert.equal(KEYS.isMac("session", ["member", "owner"], mac), false);
  assert.equal(KEYS.isMac("role", ["membero", "wner"], mac), false);
  assert.equal(KEYS.isMac("role", ["member", "admin"], mac), false);
  assert.equal(other.isMac("role", ["member", "owner"], mac), false);
  assert.equal(KEYS.isMac("role", ["member", "owner"], mac.subarray(0, 31)), false);
  assert.equal(KEYS.isMac("role", ["member", "owner"], Buffer.alloc(0)), false);
  for (let bit = 0; bit < 256; bit++) {
    const flipped = Buffer.from(mac);
    flipped[bit >> 3] = flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7));
    assert.equal(KEYS.isMac("role", ["member", "owner"], flipped), false);
  }
});

test("a hash under a label is never a MAC under the same one", () => {
  assert.notDeepEqual(KEYS.hash("token", Buffer.alloc(4)), KEYS.mac("token", []));
});
