import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { openKnownPasswords } from "./known-passwords.ts";

const folder = new URL("./known/", import.meta.url);
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test("the list of known passwords is what its README says, and all of it is long enough to be chosen", () => {
  const readme = readFileSync(new URL("README.md", folder), "utf8");
  const packed = readFileSync(new URL("passwords.txt.gz", folder));
  const text = gunzipSync(packed);
  const lines = text.toString("utf8").trimEnd().split("\n");
  for (const said of [
    `- **lines here**: ${lines.length.toLocaleString("en")}\n`,
    `- **SHA-256, unpacked**: \`${sha256(text)}\`\n`,
    `- **SHA-256, as it lies here**: \`${sha256(packed)}\`\n`,
  ])
    assert.ok(readme.includes(said), said);
  assert.deepEqual(
    lines.filter((line) => [...line].length < 12 || [...line].length > 256 || line !== line.normalize("NFC")),
    [],
  );
});

test("a known password is found whole, in whatever case, and nothing of which it is only a part", async () => {
  const isKnown = openKnownPasswords();
  for (const password of ["123qweasdzxc", "Mailcreated5240", "MAILCREATED5240", "１ｑａｚ2wsx3edc"])
    assert.equal(await isKnown(password), true, password);
  for (const password of ["123qweasdzxc ", "x123qweasdzxc", "Mailcreated524", "", "correct horse battery"])
    assert.equal(await isKnown(password), false, password);
});
