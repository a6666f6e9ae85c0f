import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeUpload } from "./upload-rules.ts";

const MiB = 1024 * 1024;

test("a picture fits up to five mebibytes and not a byte more", () => {
  assert.deepEqual(judgeUpload({ type: "image/jpeg", size: 5 * MiB }), { fits: true, kind: "image" });
  assert.deepEqual(judgeUpload({ type: "image/jpeg", size: 5 * MiB + 1 }), {
    fits: false,
    kind: "image",
    limitBytes: 5 * MiB,
    why: "too_large",
  });
});

test("what WhatsApp does not show as itself goes as a document", () => {
  for (const type of ["image/svg+xml", "image/heic", "application/pdf", "text/html", ""])
    assert.deepEqual(judgeUpload({ type, size: 10 }), { fits: true, kind: "document" }, type);
  assert.equal(judgeUpload({ type: "audio/ogg; codecs=opus", size: 10 }).kind, "audio");
});

test("an empty file is refused before it is sent", () => {
  assert.deepEqual(judgeUpload({ type: "application/pdf", size: 0 }), {
    fits: false,
    kind: "document",
    limitBytes: 100 * MiB,
    why: "empty",
  });
});
