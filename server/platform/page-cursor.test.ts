import assert from "node:assert/strict";
import { test } from "node:test";
import { readCursor, writeCursor } from "./page-cursor.ts";

const POSITION = { at: new Date("2026-11-23T10:00:00.123Z"), id: "0198c0de-0000-7000-8000-000000000001" };

test("a cursor leads back to where its page ended", () => {
  assert.deepEqual(readCursor(writeCursor(POSITION)), POSITION);
});

test("what we have not written is refused, and never reaches the database", () => {
  const dashes = "-".repeat(36);
  const forged = [
    "",
    "x",
    `1_${dashes}`,
    `1_${POSITION.id}x`,
    `99999999999999_${POSITION.id}`,
    `-1_${POSITION.id}`,
  ];
  for (const cursor of forged) {
    assert.throws(() => readCursor(cursor), { kind: "invalid", code: "request.cursor" }, cursor);
  }
});
