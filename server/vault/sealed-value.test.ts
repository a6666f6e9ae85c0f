import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { DataKey } from "./data-key.ts";
import { hexKeyIdOf, openValue, sealValue } from "./sealed-value.ts";
import { Unreadable } from "./unreadable.ts";
import type { Place } from "./vault.ts";

const WORKSPACE = newId<WorkspaceId>();
const KEY_OBJECT = createSecretKey(randomBytes(32));
const KEY = new DataKey(WORKSPACE, newId(), "a subject", KEY_OBJECT);
const PLACE: Place = {
  table: "inbox_message",
  column: "body",
  rowId: "0193572c-0000-7000-8000-000000000001",
};

const unreadable = (reason: string) => (error: unknown) =>
  error instanceof Unreadable && error.reason === reason;

test("a value that other code sealed opens", () => {
  // python3, package cryptography: AESGCM under HKDF-SHA256 of the key 00..1f with info "wardroom/seal/v1".
  const workspaceId = "0193572c-0000-7000-8000-00000000000a" as WorkspaceId;
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const key = new DataKey(workspaceId, "0193572c-1111-7000-8000-00000000000b", "", createSecretKey(bytes));
  const sealed = Buffer.from(
    "010193572c11117000800000000000000b000102030405060708090a0b8d61a30caaf88da97be27a7758d2523c3dc89a1d8d800ad821b6",
    "hex",
  );
  assert.equal(openValue(workspaceId, () => key, PLACE, sealed).toString(), "مرحبا");
});

test("every text and every byte string comes back as it went in", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      assert.equal(openValue(WORKSPACE, () => KEY, PLACE, sealValue(KEY, PLACE, text)).toString(), text);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
      const plaintext = Buffer.from(bytes);
      assert.deepEqual(
        openValue(WORKSPACE, () => KEY, PLACE, sealValue(KEY, PLACE, plaintext)),
        plaintext,
      );
    }),
  );
});

test("a value sealed twice shares nothing but its head, also across the stock of nonces", () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 1_000; i++) nonces.add(sealValue(KEY, PLACE, "").toString("hex", 17, 29));
  assert.equal(nonces.size, 1_000);
});

test("any flipped bit is refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(7), (bytes, position, bit) => {
      const sealed = sealValue(KEY, PLACE, Buffer.from(bytes));
      const at = position % sealed.length;
      sealed[at] = sealed.readUInt8(at) ^ (1 << bit);
      // Whatever id the head now names: even a key of that id and with the very same bytes does not open it.
      const findKey = (hexId: string) => new DataKey(WORKSPACE, hexId, "", KEY_OBJECT);
      assert.throws(() => openValue(WORKSPACE, findKey, PLACE, sealed), Unreadable);
    }),
    { numRuns: 500 },
  );
});

test("a value cut anywhere is refused", () => {
  const sealed = sealValue(KEY, PLACE, "a text");
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => openValue(WORKSPACE, () => KEY, PLACE, sealed.subarray(0, length)), Unreadable);
  }
  const longer = Buffer.concat([sealed, Buffer.alloc(1)]);
  assert.throws(() => openValue(WORKSPACE, () => KEY, PLACE, longer), unreadable("not_authentic"));
});

test("a value opens only where it was put", () => {
  const place = fc.record({ table: fc.string(), column: fc.string(), rowId: fc.string() });
  fc.assert(
    fc.property(place, place, (one, other) => {
      const isSame = (["table", "column", "rowId"] as const).every((part) => one[part] === other[part]);
      fc.pre(!isSame);
      const sealed = sealValue(KEY, one, "a text");
      assert.throws(() => openValue(WORKSPACE, () => KEY, other, sealed), unreadable("not_authentic"));
    }),
  );
  const shifted = sealValue(KEY, { table: "ab", column: "c", rowId: "d" }, "a text");
  for (const other of [
    { table: "a", column: "bc", rowId: "d" },
    { table: "ab", column: "cd", rowId: "" },
  ]) {
    assert.throws(() => openValue(WORKSPACE, () => KEY, other, shifted), unreadable("not_authentic"));
  }
});

test("a value opens in no other workspace and under no other key", () => {
  const sealed = sealValue(KEY, PLACE, "a text");
  const otherWorkspace = newId<WorkspaceId>();
  const sameBytes = createSecretKey(Buffer.alloc(32, 1));
  const one = new DataKey(WORKSPACE, newId(), "", sameBytes);
  const renamed = new DataKey(WORKSPACE, newId(), "", sameBytes);
  assert.throws(() => openValue(otherWorkspace, () => KEY, PLACE, sealed), unreadable("not_authentic"));
  assert.throws(
    () => openValue(WORKSPACE, () => renamed, PLACE, sealValue(one, PLACE, "")),
    unreadable("not_authentic"),
  );
  assert.throws(() => openValue(WORKSPACE, () => undefined, PLACE, sealed), unreadable("key_absent"));
});

test("the key id is read from values and from nothing else", () => {
  assert.equal(hexKeyIdOf(sealValue(KEY, PLACE, "")), KEY.hexId);
  assert.equal(hexKeyIdOf(Buffer.alloc(0)), undefined);
  assert.equal(hexKeyIdOf(Buffer.alloc(40)), undefined);
  assert.equal(hexKeyIdOf(Buffer.alloc(16, 1)), undefined);
});
