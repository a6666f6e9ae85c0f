import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import { testVault } from "../../tests/support/vault.ts";
import { inWorkspace } from "../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { StartFault } from "../platform/start-fault.ts";
import { openVault } from "./open-vault.ts";
import { LocalRootKey, type Start } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";
import { loadWorkspaceKeys } from "./workspace-keys.ts";

const AT = new Date("2026-11-23T10:00:00Z");
const BODY = { table: "inbox_message", column: "body", rowId: newId<string>() };

const refusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

test("what one start seals and hashes, the next one opens and finds", async () => {
  await using database = await testDatabase<VaultTables>();
  const root = randomBytes(32);
  const workspaceId = newId<WorkspaceId>();
  const subject = { subjectId: newId<string>(), keyClass: "conversation", at: AT } as const;

  const before = await testVault(database.db, root);
  const { sealed, hash } = await inWorkspace(database.db, workspaceId, async (tx) => {
    const workspace = await before.createWorkspace(tx, workspaceId);
    const keys = await workspace.keysFor(tx, [subject]);
    return { sealed: keys.seal(subject, BODY, "guten Tag"), hash: workspace.hash("email", "a@b.c") };
  });
  await before[Symbol.asyncDispose]();

  const after = await testVault(database.db, root);
  const workspace = await after.openWorkspace(workspaceId);
  const keys = await inWorkspace(database.db, workspaceId, (tx) => workspace.keysOf(tx, [sealed]));
  assert.equal(keys.openText(BODY, sealed), "guten Tag");
  assert.deepEqual(workspace.hash("email", "a@b.c"), hash);
});

test("a first start may make the root key, any later one may not", async () => {
  await using database = await testDatabase<VaultTables>();
  const root = randomBytes(32);
  const starts: Start[] = [];
  const open = () =>
    openVault(database.db, async (start) => {
      starts.push(start);
      return new LocalRootKey("file", root);
    });
  await open();
  await open();
  assert.deepEqual(starts, ["first", "again"]);
});

test("another root key is refused at the start, and nothing changes", async () => {
  await using database = await testDatabase<VaultTables>();
  const root = randomBytes(32);
  await testVault(database.db, root);
  const dump = async () => (await sql`select * from vault.root_check`.execute(database.db)).rows;
  const before = await dump();

  await assert.rejects(
    testVault(database.db, randomBytes(32)),
    (error: unknown) => error instanceof StartFault && /sealed under root key/.test(error.message),
  );
  assert.deepEqual(await dump(), before);
  await testVault(database.db, root);
});

test("a database with keys but without the check row is not taken for a new one", async () => {
  await using database = await testDatabase<VaultTables>();
  await testVault(database.db);
  await sql`delete from vault.root_check`.execute(database.owner);
  const starts: Start[] = [];
  await assert.rejects(
    openVault(database.db, async (start) => {
      starts.push(start);
      return new LocalRootKey("file", randomBytes(32));
    }),
    (error: unknown) => error instanceof StartFault && /not the row/.test(error.message),
  );
  assert.deepEqual(starts, ["again"]);
});

test("starts at the same moment agree, on the root key and on the installation's keys", async () => {
  await using database = await testDatabase<VaultTables>();
  const root = randomBytes(32);
  const vaults = await Promise.all([1, 2, 3].map(() => testVault(database.db, root)));
  const hashes = new Set<string>();
  for (const vault of vaults) {
    const installation = await vault.openWorkspace(INSTALLATION);
    hashes.add(installation.hash("email", "a@b.c").toString("hex"));
  }
  assert.equal(hashes.size, 1);
});

test("a workspace that is made is usable at once, and known to others after the commit only", async () => {
  await using database = await testDatabase<VaultTables>();
  const vault = await testVault(database.db);
  const workspaceId = newId<WorkspaceId>();
  const hash = await inWorkspace(database.db, workspaceId, async (tx) => {
    const workspace = await vault.createWorkspace(tx, workspaceId);
    await assert.rejects(vault.openWorkspace(workspaceId), refusal("vault.keys_missing"));
    return workspace.hash("email", "a@b.c");
  });
  assert.deepEqual((await vault.openWorkspace(workspaceId)).hash("email", "a@b.c"), hash);
});

test("a workspace whose making was rolled back does not exist, and can be made again", async () => {
  await using database = await testDatabase<VaultTables>();
  const vault = await testVault(database.db);
  const workspaceId = newId<WorkspaceId>();
  let lost = Buffer.alloc(0) as Buffer;
  await assert.rejects(
    inWorkspace(database.db, workspaceId, async (tx) => {
      lost = (await vault.createWorkspace(tx, workspaceId)).hash("email", "a@b.c");
      throw new Error("rolled back");
    }),
    /rolled back/,
  );
  await assert.rejects(vault.openWorkspace(workspaceId), refusal("vault.keys_missing"));
  const kept = await inWorkspace(database.db, workspaceId, async (tx) =>
    (await vault.createWorkspace(tx, workspaceId)).hash("email", "a@b.c"),
  );
  assert.notDeepEqual(kept, lost);
  assert.deepEqual((await vault.openWorkspace(workspaceId)).hash("email", "a@b.c"), kept);
});

test("making a workspace that has keys finds them", async () => {
  await using database = await testDatabase<VaultTables>();
  const vault = await testVault(database.db);
  const workspaceId = newId<WorkspaceId>();
  const make = () =>
    inWorkspace(database.db, workspaceId, async (tx) =>
      (await vault.createWorkspace(tx, workspaceId)).hash("email", "a@b.c"),
    );
  assert.deepEqual(await make(), await make());
});

test("keys of one workspace copied over another's do not unwrap", async () => {
  await using database = await testDatabase<VaultTables>();
  const root = randomBytes(32);
  const vault = await testVault(database.db, root);
  const [victim, thief] = [newId<WorkspaceId>(), newId<WorkspaceId>()];
  for (const id of [victim, thief]) {
    await inWorkspace(database.db, id, (tx) => vault.createWorkspace(tx, id));
  }
  const wrapped = await inWorkspace(database.db, victim, (tx) =>
    tx.selectFrom("vault.workspace_key").select("wrapped").executeTakeFirstOrThrow(),
  );
  await inWorkspace(database.db, thief, (tx) =>
    tx.updateTable("vault.workspace_key").set({ wrapped: wrapped.wrapped }).execute(),
  );
  const provider = new LocalRootKey("file", root);
  await assert.rejects(
    inWorkspace(database.db, thief, (tx) => loadWorkspaceKeys(tx, provider, thief)),
    refusal("vault.locked"),
  );
  const later = await testVault(database.db, root);
  await assert.rejects(later.openWorkspace(thief), refusal("vault.locked"));
});

test("a root that was away for a moment is asked again", async () => {
  await using database = await testDatabase<VaultTables>();
  const root = randomBytes(32);
  const workspaceId = newId<WorkspaceId>();
  const first = await testVault(database.db, root);
  await inWorkspace(database.db, workspaceId, (tx) => first.createWorkspace(tx, workspaceId));

  let isAway = false;
  class Remote extends LocalRootKey {
    override async unwrap(wrapped: Buffer, associated: Buffer): Promise<Buffer> {
      if (isAway) throw new Error("no answer");
      return super.unwrap(wrapped, associated);
    }
  }
  const vault = await openVault(database.db, async () => new Remote("kms", root));
  isAway = true;
  await assert.rejects(vault.openWorkspace(workspaceId), refusal("vault.locked"));
  isAway = false;
  assert.equal((await vault.openWorkspace(workspaceId)).workspaceId, workspaceId);
});

test("a closed vault opens and derives nothing", async () => {
  await using database = await testDatabase<VaultTables>();
  const vault = await testVault(database.db);
  assert.equal((await vault.deriveInstallationKey("simulator/state/v1")).length, 32);
  await vault[Symbol.asyncDispose]();
  await assert.rejects(vault.openWorkspace(INSTALLATION), refusal("vault.locked"));
  await assert.rejects(vault.deriveInstallationKey("simulator/state/v1"), refusal("vault.locked"));
});
