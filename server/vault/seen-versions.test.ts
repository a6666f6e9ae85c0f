import assert from "node:assert/strict";
import { test } from "node:test";
import { SeenVersions } from "./seen-versions.ts";

function versionsAt() {
  let now = 0;
  return { versions: new SeenVersions(() => now), pass: (ms: number) => (now += ms) };
}

test("a row put back as it was is not the newest, once the newer one has been known for a while", () => {
  const { versions, pass } = versionsAt();
  assert.ok(versions.isNewest("member a", 1));
  assert.ok(versions.isNewest("member a", 2));
  assert.ok(versions.isNewest("member a", 1), "a read that was overtaken is not a forgery");
  pass(5_000);
  assert.equal(versions.isNewest("member a", 1), false);
  assert.ok(versions.isNewest("member a", 2));
  assert.ok(versions.isNewest("member b", 1), "another row has versions of its own");
});

test("being asked again does not keep an old version acceptable", () => {
  const { versions, pass } = versionsAt();
  versions.isNewest("row", 2);
  pass(3_000);
  versions.isNewest("row", 2);
  pass(3_000);
  assert.equal(versions.isNewest("row", 1), false);
});

test("a row that was seen cannot vanish", () => {
  const { versions, pass } = versionsAt();
  assert.ok(versions.wasNever("policy"));
  versions.isNewest("policy", 1);
  pass(5_000);
  assert.equal(versions.wasNever("policy"), false);
});

test("a row that has ended stays ended, whichever version of it is put back", () => {
  const { versions, pass } = versionsAt();
  versions.isNewest("session", 3);
  versions.end("session");
  pass(5_000);
  assert.equal(versions.isNewest("session", 3), false);
  assert.equal(versions.isNewest("session", 4), false);
});

test("what is remembered is bounded, and what is used stays", () => {
  const { versions, pass } = versionsAt();
  versions.isNewest("used", 2);
  for (let row = 0; row < 60_000; row++) {
    if (row % 1_000 === 0) versions.isNewest("used", 2);
    versions.isNewest(`row ${row}`, 1);
  }
  pass(5_000);
  assert.equal(versions.isNewest("used", 1), false);
  assert.ok(versions.wasNever("row 0"), "forgotten");
});
