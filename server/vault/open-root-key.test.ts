import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Secret } from "../platform/secret.ts";
import { StartFault } from "../platform/start-fault.ts";
import { makeKeyFile } from "./key-file.ts";
import { openRootKey, type RootKeySettings } from "./open-root-key.ts";

const top = await mkdtemp(join(tmpdir(), "wardroom-root-key-"));
after(() => rm(top, { recursive: true }));

let count = 0;
function freshSettings(): { readonly provider: "file"; readonly path: string } {
  return { provider: "file", path: join(top, `${count++}`, "keys", "root.key") };
}

function withPassphrase(passphrase: string, path = freshSettings().path): RootKeySettings {
  return { provider: "passphrase", path, passphrase: async () => new Secret(passphrase) };
}

const fault = (sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StartFault, String(error));
  assert.match(error.message, sentence);
  assert.ok(error.fix.length > 0);
  return true;
};

test("a first start makes the key, for this account alone, and later ones find it", async () => {
  const settings = freshSettings();
  const made = await openRootKey(settings, "first");
  assert.equal((await stat(settings.path)).mode & 0o777, 0o600);
  assert.equal((await stat(join(settings.path, ".."))).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(join(settings.path, "..")), ["root.key"]);

  const before = await readFile(settings.path, "utf8");
  for (const start of ["first", "again"] as const) {
    assert.equal(await (await openRootKey(settings, start)).id(), await made.id());
  }
  assert.equal(await readFile(settings.path, "utf8"), before);
});

test("two first starts at once agree on one key", async () => {
  const settings = freshSettings();
  const roots = await Promise.all([1, 2, 3, 4].map(() => openRootKey(settings, "first")));
  const ids = await Promise.all(roots.map((root) => root.id()));
  assert.equal(new Set(ids).size, 1);
});

test("a key file that is there is never replaced", async () => {
  const { path } = freshSettings();
  await makeKeyFile(path, "one");
  await makeKeyFile(path, "two");
  assert.equal(await readFile(path, "utf8"), "one");
  assert.deepEqual(await readdir(join(path, "..")), ["root.key"]);
});

test("a missing key is never made again over a database that has one", async () => {
  const settings = freshSettings();
  await assert.rejects(openRootKey(settings, "again"), fault(/is missing, and this database was sealed/));
  await assert.rejects(stat(settings.path), /ENOENT/);
});

for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610]) {
  test(`a key file of mode ${mode.toString(8)} is refused`, async () => {
    const settings = freshSettings();
    await openRootKey(settings, "first");
    await chmod(settings.path, mode);
    await assert.rejects(openRootKey(settings, "again"), fault(/is open to other accounts/));
  });
}

test("a key file inside the data folder is refused, also by way of a link", async () => {
  const dataFolder = join(top, "data");
  await mkdir(dataFolder);
  await symlink(dataFolder, join(top, "link"));
  for (const path of [join(dataFolder, "root.key"), join(top, "link", "sub", "root.key")]) {
    const settings = { provider: "file", path, dataFolder } as const;
    await assert.rejects(openRootKey(settings, "first"), fault(/lies in the data folder/));
  }
  assert.deepEqual(await readdir(dataFolder), []);
  const beside = { provider: "file", path: join(top, "data-keys", "root.key"), dataFolder } as const;
  await openRootKey(beside, "first");
});

test("a damaged key file is refused without a word of what is in it", async () => {
  const settings = freshSettings();
  await openRootKey(settings, "first");
  const text = await readFile(settings.path, "utf8");
  const { key } = JSON.parse(text);
  for (const damaged of [
    "",
    text.slice(0, -4),
    text.replace(key, `${key}A`),
    text.replace(key, key.slice(1)),
    "[]",
  ]) {
    await writeFile(settings.path, damaged);
    await assert.rejects(openRootKey(settings, "again"), (error: unknown) => {
      assert.ok(error instanceof StartFault);
      assert.match(error.message, /is not a root key file/);
      assert.equal(error.cause, undefined);
      assert.doesNotMatch(`${error.stack}`, new RegExp(key.slice(1, 20)));
      return true;
    });
  }
  await rm(settings.path);
  await mkdir(settings.path, { mode: 0o700 });
  await assert.rejects(openRootKey(settings, "again"), StartFault);
});

test("the passphrase opens what it sealed, in either composition of its accents", async () => {
  const settings = withPassphrase("fünf kurze wörter am meer".normalize("NFC"));
  const made = await openRootKey(settings, "first");
  const again = withPassphrase("fünf kurze wörter am meer".normalize("NFD"), settings.path);
  assert.equal(await (await openRootKey(again, "again")).id(), await made.id());
  const { argon2id } = JSON.parse(await readFile(settings.path, "utf8"));
  const { salt, ...cost } = argon2id;
  assert.deepEqual(cost, { memoryKiB: 65_536, passes: 3, lanes: 4 });
  assert.equal(Buffer.from(salt, "base64url").length, 16);
});

test("another passphrase, none, or a changed header opens nothing", async () => {
  const settings = withPassphrase("five short words by the sea");
  await openRootKey(settings, "first");
  for (const wrong of ["five short words by the seA", "five short words by the sea ", ""]) {
    await assert.rejects(openRootKey(withPassphrase(wrong, settings.path), "again"), fault(/does not open/));
  }
  const text = await readFile(settings.path, "utf8");
  await writeFile(settings.path, text.replace('"passes": 3', '"passes": 2'));
  await assert.rejects(openRootKey(settings, "again"), fault(/does not open/));
  await writeFile(settings.path, text.replace('"memoryKiB": 65536', '"memoryKiB": 4294967295'));
  await assert.rejects(openRootKey(settings, "again"), fault(/not a root key file/));
});

test("a passphrase that could be guessed is refused before a key is made", async () => {
  const short = withPassphrase("thirteen char");
  await assert.rejects(openRootKey(short, "first"), fault(/fewer than 14/));
  await assert.rejects(stat(short.path), /ENOENT/);
  await openRootKey(withPassphrase("fourteen chars", short.path), "first");
});

test("settings and file must agree on the provider", async () => {
  const settings = freshSettings();
  await openRootKey(settings, "first");
  const other = withPassphrase("five short words by the sea", settings.path);
  await assert.rejects(openRootKey(other, "again"), fault(/of the provider "file"/));
});
