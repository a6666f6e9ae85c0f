import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText, readMessageText } from "./message-text.ts";

test("marks around words become pieces, and nest", () => {
  assert.deepEqual(readMessageText("a *bold _both_* ~gone~ `x*y*`"), [
    { kind: "plain", text: "a " },
    {
      kind: "bold",
      pieces: [
        { kind: "plain", text: "bold " },
        { kind: "italic", pieces: [{ kind: "plain", text: "both" }] },
      ],
    },
    { kind: "plain", text: " " },
    { kind: "strike", pieces: [{ kind: "plain", text: "gone" }] },
    { kind: "plain", text: " " },
    { kind: "mono", text: "x*y*" },
  ]);
});

test("a mark inside a word, before a space, alone or over a line break stays text", () => {
  for (const text of ["2*3*4", "* not bold *", "*open", "snake_case_name", "**", "a*", "~"])
    assert.deepEqual(readMessageText(text), [{ kind: "plain", text }]);
  assert.deepEqual(
    readMessageText("*one\ntwo*").map((piece) => piece.kind),
    ["plain", "plain", "plain"],
  );
});

test("Arabic words take marks too, and a letter after the mark closes nothing", () => {
  assert.deepEqual(readMessageText("*مرحبا*"), [
    { kind: "bold", pieces: [{ kind: "plain", text: "مرحبا" }] },
  ]);
  assert.deepEqual(readMessageText("*مرحبا*ب"), [{ kind: "plain", text: "*مرحبا*ب" }]);
});

test("a fence keeps everything in it as it is, over lines", () => {
  assert.deepEqual(readMessageText("see ```\n*a*\n_b_\n``` end"), [
    { kind: "plain", text: "see " },
    { kind: "mono", text: "*a*\n_b_" },
    { kind: "plain", text: " end" },
  ]);
});

test("only http addresses become links, without the sentence's own punctuation", () => {
  assert.deepEqual(readMessageText("See https://example.com/a_b_c?x=1."), [
    { kind: "plain", text: "See " },
    { kind: "link", text: "https://example.com/a_b_c?x=1", href: "https://example.com/a_b_c?x=1" },
    { kind: "plain", text: "." },
  ]);
  for (const text of ["javascript:alert(1)", "data:text/html,x", "http://", "ftp://x.y"])
    assert.deepEqual(readMessageText(text), [{ kind: "plain", text }]);
});

test("an address with a direction override is not a link: it would read as another one", () => {
  assert.deepEqual(
    readMessageText("https://example.com/\u202egro.live").map((piece) => piece.kind),
    ["plain"],
  );
});

test("nothing is lost: the pieces say the text again", () => {
  assert.equal(plainText("one\n\ntwo <b>x</b> &amp;\n"), "one\n\ntwo <b>x</b> &amp;\n");
  assert.equal(plainText("see *this _one_* at https://a.b/c"), "see this one at https://a.b/c");
});

test("65,000 marks are read at once", () => {
  const started = performance.now();
  readMessageText("*a ".repeat(21_666));
  readMessageText("*".repeat(65_000));
  readMessageText("_~*`".repeat(16_250));
  readMessageText("https://".repeat(8_000));
  assert.ok(performance.now() - started < 1_000);
});

test("a message of the greatest length is read in a moment, whatever it repeats", () => {
  const repeated = [")", "*", "_a", "*a ", "~a~", "`a ", "```", "http://", "http://a.b ", "> ", "*_~`"];
  for (const sign of repeated) {
    const many = sign.repeat(Math.floor(65_000 / sign.length));
    for (const text of [many, `https://a.b/${many}z`]) {
      const start = performance.now();
      readMessageText(text);
      assert.ok(performance.now() - start < 1_000, `${sign} was read for longer than a second`);
    }
  }
});
