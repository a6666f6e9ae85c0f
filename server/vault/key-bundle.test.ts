import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Kysely, sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import { testVault } from "../../tests/support/vault.ts";
import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../platform/ids.ts";
import { listKeyBundles, readKeyBundle, writeKeyBundle } from "./key-bundle.ts";
import type { KeyBundleRow } from "./key-bundle-row.ts";
import { readKeysStatus } from "./keys-status.ts";
import type { VaultTables } from "./tables.ts";
import { Unreadable } from "./unreadable.ts";
import type { KeySubject, Vault } from "./vault.ts";

const AT = new Date("2026-11-23T10:00:00Z");
const DAY_MS = 24 * 60 * 60 * 1000;
const PLACE = { table: "inbox_message", column: "body", rowId: newId<string>() };

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "wardroom-bundle-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A workspace with a sealed value per subject. */
async function makeWorkspace(db: Kysely<VaultTables>, vault: Vault, subjects: readonly KeySubject[]) {
  const workspaceId = newId<WorkspaceId>();
  const sealed = await inWorkspace(db, workspaceId, async (tx) => {
    const workspace = await vault.createWorkspace(tx, workspaceId);
    const keys = await workspace.keysFor(tx, subjects);
    return subjects.map((subject) => keys.seal(subject, PLACE, subject.subjectId));
  });
  return { workspaceId, sealed };
}

function newSubjects(count: number): KeySubject[] {
  return Array.from({ length: count }, () => ({
    subjectId: newId<string>(),
    keyClass: "conversation",
    at: AT,
  }));
}

async function insertRow(db: Kysely<VaultTables>, row: KeyBundleRow): Promise<void> {
  if (row.table === "root_check") {
    await sql`
      insert into vault.root_check (id, root_key, sealed, created_at)
      values (1, ${row.rootKey}, ${row.sealed}, ${row.createdAt})`.execute(db);
    return;
  }
  await inWorkspace(db, row.workspaceId as WorkspaceId, async (tx) => {
    if (row.table === "workspace_key") {
      await sql`
        insert into vault.workspace_key (workspace_id, version, wrapped, created_at, destroyed_at)
        values (${row.workspaceId}, ${row.version}, ${row.wrapped}, ${row.createdAt}, ${row.destroyedAt})
      `.execute(tx);
    } else if (row.table === "index_key") {
      await sql`
        insert into vault.index_key (workspace_id, name, workspace_key_version, wrapped, created_at)
        values (${row.workspaceId}, ${row.name}, ${row.workspaceKeyVersion}, ${row.wrapped}, ${row.createdAt})
      `.execute(tx);
    } else {
      await sql`
        insert into vault.data_key (workspace_id, id, subject_id, class, month, workspace_key_version, wrapped,
          created_at, destroyed_at)
        values (${row.workspaceId}, ${row.id}, ${row.subjectId}, ${row.class}, ${row.month},
          ${row.workspaceKeyVersion}, ${row.wrapped}, ${row.createdAt}, ${row.destroyedAt})
      `.execute(tx);
    }
  });
}

test("a bundle put into an empty database opens everything that was not erased before it", async () => {
  await using database = await testDatabase<VaultTables>();
  await using folder = await temporaryFolder();
  const root = randomBytes(32);
  const vault = await testVault(database.db, root);
  const subjects = newSubjects(3);
  const one = await makeWorkspace(database.db, vault, subjects);
  const two = await makeWorkspace(database.db, vault, newSubjects(1));
  const workspace = await vault.openWorkspace(one.workspaceId);
  await inWorkspace(database.db, one.workspaceId, (tx) =>
    workspace.destroyKeys(tx, [subjects[0]!.subjectId], AT),
  );
  const workspaceIds = [one.workspaceId, two.workspaceId, INSTALLATION];
  const bundle = await writeKeyBundle({ db: database.db, vault, workspaceIds, folder: folder.path, now: AT });
  // The check row; a workspace and an index key for each of three; four data keys.
  assert.equal(bundle.rows, 1 + 3 * 2 + 4);
  assert.equal((await stat(bundle.path)).mode & 0o777, 0o600);

  await using other = await testDatabase<VaultTables>();
  for await (const row of readKeyBundle(vault, bundle.path)) await insertRow(other.db, row);
  const restored = await testVault(other.db, root);
  const opened = await restored.openWorkspace(one.workspaceId);
  assert.deepEqual(opened.hash("email", "a"), workspace.hash("email", "a"));
  const keys = await inWorkspace(other.db, one.workspaceId, (tx) => opened.keysOf(tx, one.sealed));
  assert.deepEqual(
    one.sealed.map((value) => (keys.canOpen(value) ? keys.openText(PLACE, value) : "erased")),
    ["erased", subjects[1]!.subjectId, subjects[2]!.subjectId],
  );
});

test("more keys than a page holds are all there, once", async () => {
  await using database = await testDatabase<VaultTables>();
  await using folder = await temporaryFolder();
  const vault = await testVault(database.db);
  const { workspaceId } = await makeWorkspace(database.db, vault, newSubjects(1));
  await inWorkspace(database.db, workspaceId, (tx) =>
    sql`
      insert into vault.data_key (workspace_id, id, subject_id, class, month, workspace_key_version, wrapped)
      select workspace_id, gen_random_uuid(), gen_random_uuid(), class, month, 1, wrapped
      from vault.data_key, generate_series(1, 10000)`.execute(tx),
  );
  const bundle = await writeKeyBundle({
    db: database.db,
    vault,
    workspaceIds: [workspaceId],
    folder: folder.path,
    now: AT,
  });
  const ids = new Set<string>();
  for await (const row of readKeyBundle(vault, bundle.path)) if (row.table === "data_key") ids.add(row.id);
  assert.equal(ids.size, 10_001);
  assert.equal(bundle.rows, 1 + 2 * 2 + 10_001);
});

test("a bundle that was changed, cut, or written under another root key is refused", async () => {
  await using database = await testDatabase<VaultTables>();
  await using folder = await temporaryFolder();
  const vault = await testVault(database.db);
  const { path } = await writeKeyBundle({
    db: database.db,
    vault,
    workspaceIds: [],
    folder: folder.path,
    now: AT,
  });
  const read = async (reader: Vault) => {
    for await (const _ of readKeyBundle(reader, path));
  };
  await read(vault);
  await using elsewhere = await testDatabase<VaultTables>();
  await assert.rejects(read(await testVault(elsewhere.db)), Unreadable);

  const file = await readFile(path);
  for (const at of [0, 20, 40, file.length - 1]) {
    const changed = Buffer.from(file);
    changed[at] = changed.readUInt8(at) ^ 1;
    await writeFile(path, changed);
    await assert.rejects(read(vault), Unreadable);
  }
  for (const length of [0, 10, 32, file.length - 1]) {
    await writeFile(path, file.subarray(0, length));
    await assert.rejects(read(vault), Unreadable);
  }
});

test("generations live seven days by their name, and what a killed writer left does not outlive them", async () => {
  await using database = await testDatabase<VaultTables>();
  await using folder = await temporaryFolder();
  const vault = await testVault(database.db);
  const write = (now: Date) =>
    writeKeyBundle({ db: database.db, vault, workspaceIds: [], folder: folder.path, now });
  const expired = await write(new Date(AT.getTime() - 7 * DAY_MS - 1));
  const oldest = await write(new Date(AT.getTime() - 7 * DAY_MS));
  await writeFile(`${expired.path}.0123456789abcdef.part`, "half");
  await writeFile(`${oldest.path}.0123456789abcdef.part`, "half");
  await writeFile(join(folder.path, "note.txt"), "not ours");
  // A copy or a restore may touch the file: its time says nothing.
  await utimes(expired.path, AT, AT);

  const newest = await write(AT);
  assert.deepEqual(await listKeyBundles(folder.path), [
    { path: newest.path, writtenAt: AT },
    { path: oldest.path, writtenAt: oldest.writtenAt },
  ]);
  assert.deepEqual((await readdir(folder.path)).length, 4);
  assert.deepEqual(await listKeyBundles(join(folder.path, "absent")), []);
});

test("the status counts keys and ages, and shows none of them", async () => {
  await using database = await testDatabase<VaultTables>();
  await using folder = await temporaryFolder();
  const vault = await testVault(database.db);
  const subjects = newSubjects(3);
  const { workspaceId } = await makeWorkspace(database.db, vault, subjects);
  const workspace = await vault.openWorkspace(workspaceId);
  const { created } = await inWorkspace(database.db, workspaceId, async (tx) => {
    await workspace.destroyKeys(tx, [subjects[0]!.subjectId], AT);
    const row = await tx.selectFrom("vault.workspace_key").select("created_at").executeTakeFirstOrThrow();
    return { created: row.created_at };
  });
  const now = new Date(created.getTime() + 3 * DAY_MS);
  const rootKey = { provider: "file", path: join(folder.path, "root.key") } as const;
  const options = {
    ...{ db: database.db, vault, workspaceIds: [workspaceId], bundleFolder: folder.path, rootKey, now },
  };

  const root = await vault.describeRoot();
  assert.match(root.id, /^[0-9a-f]{32}$/);
  const status = await readKeysStatus(options);
  assert.deepEqual(status, {
    provider: "file",
    rootKeyId: root.id,
    workspaces: [
      {
        workspaceId: INSTALLATION,
        versions: [
          { version: 1, ageSeconds: status.workspaces[0]?.versions[0]?.ageSeconds, isDestroyed: false },
        ],
        rotation: null,
        dataKeys: [],
      },
      {
        workspaceId,
        versions: [{ version: 1, ageSeconds: 3 * 24 * 60 * 60, isDestroyed: false }],
        rotation: null,
        dataKeys: [{ keyClass: "conversation", live: 2, destroyed: 1 }],
      },
    ],
    rootKeyFiles: { prepared: [], replaced: [] },
    bundle: null,
  });
  const written = new Date(now.getTime() - 90_000);
  await writeKeyBundle({ db: database.db, vault, workspaceIds: [], folder: folder.path, now: written });
  assert.deepEqual((await readKeysStatus(options)).bundle, { ageSeconds: 90, generations: 1 });
});
