import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleRow } from "../sample-message.ts";
import { previewRow } from "./row-preview.ts";

const last = (over: object) => ({ ...sampleRow().last!, ...over });

test("words stand as they are; a kind without words is named, with its sign", () => {
  assert.deepEqual(previewRow(last({})), {
    tone: "plain",
    icon: null,
    words: "Hello",
    kindKey: "preview.none",
  });
  assert.deepEqual(previewRow(last({ kind: "voice", preview: "" })), {
    tone: "plain",
    icon: "voice",
    words: null,
    kindKey: "preview.voice",
  });
  assert.deepEqual(previewRow(last({ kind: "hologram", preview: "" })), {
    tone: "plain",
    icon: null,
    words: null,
    kindKey: "preview.unsupported",
  });
});

test("trouble comes before words: Meta's later no wins over its first yes", () => {
  assert.equal(previewRow(last({ sendState: "accepted", delivery: "failed" })).tone, "trouble");
  assert.equal(previewRow(last({ sendState: "failed" })).tone, "trouble");
  assert.equal(previewRow(last({ sendState: "in_doubt" })).tone, "doubt");
});

test("a message waits only until the first tick", () => {
  assert.equal(previewRow(last({ sendState: "sending" })).tone, "waits");
  assert.equal(previewRow(last({ sendState: "sending", delivery: "sent" })).tone, "plain");
  assert.equal(previewRow(null).kindKey, "preview.none");
});
