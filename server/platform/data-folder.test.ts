import assert from "node:assert/strict";
import { chmodSync, chownSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../tests/support/temporary-folder.ts";
import { makeDataFolder } from "./data-folder.ts";
import { StartFault } from "./start-fault.ts";

test("the data folder is made with its parents and closed to others, also when it was open before", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a/b");

  assert.equal(makeDataFolder(path), path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  chmodSync(path, 0o755);
  makeDataFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
});

test("a file in its place, and a folder of somebody else, are refused in a sentence", async (t) => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, "file"), "");
  assert.throws(() => makeDataFolder(join(folder.path, "file")), StartFault);

  if (process.getuid?.() !== 0) return t.skip("only root can give a folder away");
  chownSync(folder.path, 65_534, 65_534);
  assert.throws(() => makeDataFolder(folder.path), /belongs to another account/);
});
