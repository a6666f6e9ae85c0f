import assert from "node:assert/strict";
import { chmod, copyFile, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Secret } from "../platform/secret.ts";
import { findRootKey, nextKeyPath, openRootKey, type RootKeySettings } from "./open-root-key.ts";
import {
  destroyReplacedRootKeys,
  listRootKeyFiles,
  prepareNextRootKey,
  settleRootKeyFiles,
} from "./root-key-files.ts";

const top = await mkdtemp(join(tmpdir(), "wardroom-root-files-"));
after(() => rm(top, { recursive: true }));

let count = 0;
function freshSettings(): RootKeySettings {
  return { provider: "file", path: join(top, `${count++}`, "root.key") };
}

const namesIn = async ({ path }: RootKeySettings) => (await readdir(join(path, ".."))).sort();

for (const provider of ["file", "passphrase"] as const) {
  test(`at each moment of a change the key that the database names is found (${provider})`, async () => {
    const { path } = freshSettings();
    const settings: RootKeySettings =
      provider === "file"
        ? { provider, path }
        : { provider, path, passphrase: async () => new Secret("five short words by the sea") };
    const old = await (await openRootKey(settings, "first")).id();
    const oldText = await readFile(path, "utf8");
    const startsWith = async (wanted: string) => (await openRootKey(settings, "again", wanted)).id();

    const next = await (await prepareNextRootKey(settings)).id();
    assert.notEqual(next, old);
    assert.deepEqual(await listRootKeyFiles(settings), { prepared: [next], replaced: [] });
    assert.equal((await stat(nextKeyPath(settings, next))).mode & 0o777, 0o600);
    // The database has not taken it; then it has.
    assert.equal(await startsWith(old), old);
    assert.equal(await startsWith(next), next);
    assert.equal(await (await prepareNextRootKey(settings)).id(), next, "what lies prepared is taken");

    // Cut off when the old one has its copy and the new one not yet its name.
    await copyFile(path, `${path}.old-${old}`);
    await chmod(`${path}.old-${old}`, 0o600);
    assert.equal(await startsWith(next), next);
    await settleRootKeyFiles(settings, next);
    assert.deepEqual(await namesIn(settings), ["root.key", `root.key.old-${old}`]);
    assert.equal(await startsWith(next), next);
    assert.equal(await readFile(`${path}.old-${old}`, "utf8"), oldText);

    // Again, and from a process that is late: nothing changes.
    await settleRootKeyFiles(settings, next);
    await settleRootKeyFiles(settings, old);
    assert.equal(await startsWith(next), next);
    assert.deepEqual(await destroyReplacedRootKeys(settings), [old]);
    assert.deepEqual(await namesIn(settings), ["root.key"]);
    assert.deepEqual(await destroyReplacedRootKeys(settings), []);
    assert.equal(await startsWith(next), next);
  });
}

test("a key that is only prepared is not taken for the present one, whatever becomes of the key file", async () => {
  const settings = freshSettings();
  const old = await (await openRootKey(settings, "first")).id();
  const next = await (await prepareNextRootKey(settings)).id();
  await settleRootKeyFiles(settings, old);
  assert.deepEqual(await listRootKeyFiles(settings), { prepared: [next], replaced: [] });
  await rename(settings.path, `${settings.path}.away`);
  await assert.rejects(openRootKey(settings, "again", old), /is missing/);
});

test("a late process does nothing to the files of a later change", async () => {
  const settings = freshSettings();
  await openRootKey(settings, "first");
  const second = await (await prepareNextRootKey(settings)).id();
  await settleRootKeyFiles(settings, second);
  const third = await (await prepareNextRootKey(settings)).id();
  // Somebody who read before the second change was settled, and acts now.
  await settleRootKeyFiles(settings, second);
  assert.deepEqual((await listRootKeyFiles(settings)).prepared, [third]);
  assert.equal(await (await findRootKey(settings, settings.path))?.id(), second);
});

test("drafts that killed processes left are destroyed with the key that is in them", async () => {
  const settings = freshSettings();
  const old = await (await openRootKey(settings, "first")).id();
  const draftOf = (mark: string, id: string) => `${settings.path}.${mark}-${id}.6aacdec1551cd658.part`;
  const unused = "f8b9482ec36d2e28f4cee1044a06f2c1";
  await copyFile(settings.path, draftOf("next", unused));
  const next = await (await prepareNextRootKey(settings)).id();
  assert.deepEqual(await namesIn(settings), ["root.key", `root.key.next-${next}`]);

  await copyFile(settings.path, draftOf("old", old));
  await settleRootKeyFiles(settings, next);
  assert.deepEqual(await destroyReplacedRootKeys(settings), [old]);
  assert.deepEqual(await namesIn(settings), ["root.key"]);

  // Left by a process that was late: the key it names is gone, and still listed until the draft is, too.
  await copyFile(settings.path, draftOf("old", old));
  assert.deepEqual(await listRootKeyFiles(settings), { prepared: [], replaced: [old] });
  assert.deepEqual(await destroyReplacedRootKeys(settings), [old]);
  assert.deepEqual(await namesIn(settings), ["root.key"]);
});
