import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { LocalRootKey } from "./root-key.ts";

test("the identifier and derived keys are what other code computes", async () => {
  // python3 with hmac and hashlib: HKDF-SHA256 of 32 bytes 2a, info by use.
  const root = new LocalRootKey("file", Buffer.alloc(32, 0x2a));
  assert.equal(await root.id(), "74b7b1092478a3658d8f36b1aca157c0");
  assert.equal(
    (await root.derive("simulator/state/v1")).toString("hex"),
    "c281d0a87db5dc070d00b3e84cf84c4016855a8c3633892b113dd2bb3d17211d",
  );
});

test("a wrapped key opens under the same root and the same associated data only", async () => {
  const root = new LocalRootKey("file", randomBytes(32));
  const other = new LocalRootKey("file", randomBytes(32));
  const plain = randomBytes(32);
  const mine = Buffer.from("workspace 1");
  const wrapped = await root.wrap(plain, mine);

  assert.deepEqual(await root.unwrap(wrapped, mine), plain);
  await assert.rejects(root.unwrap(wrapped, Buffer.from("workspace 2")), /does not open/);
  await assert.rejects(other.unwrap(wrapped, mine), /does not open/);
  await assert.rejects(root.unwrap(Buffer.alloc(0), mine), /does not open/);
  for (let at = 0; at < wrapped.length; at++) {
    const flipped = Buffer.from(wrapped);
    flipped[at] = flipped.readUInt8(at) ^ 1;
    await assert.rejects(root.unwrap(flipped, mine), /does not open/);
  }
});
