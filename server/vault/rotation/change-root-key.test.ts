import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import { KEYS_PLACE, type KeyHouse, keyHouse, keySubject } from "../../../tests/support/key-house.ts";
import { testVault } from "../../../tests/support/vault.ts";
import { inWorkspace } from "../../platform/database.ts";
import { INSTALLATION, newId, type WorkspaceId } from "../../platform/ids.ts";
import { acquireLease } from "../../platform/lease.ts";
import { Refusal } from "../../platform/refusal.ts";
import { auditPendingLabel, SIMULATOR_STATE } from "../installation-label.ts";
import { openVault } from "../open-vault.ts";
import { LocalRootKey, type RootKeyProvider } from "../root-key.ts";
import type { Vault } from "../vault.ts";

const refusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

async function change(it: KeyHouse, next: RootKeyProvider, more: readonly WorkspaceId[] = []) {
  const lease = await acquireLease(it.database.db, { name: `keys:root:${newId()}`, seconds: 60 });
  assert.ok(lease !== undefined);
  return it.vault.changeRootKey({
    ...{ next, lease, audit: it.audit, now: new Date(), actor: "operator" },
    listWorkspaceIds: async () => [it.workspaceId, ...more],
  });
}

async function sealOne(it: KeyHouse, vault: Vault): Promise<Buffer> {
  const subject = keySubject();
  const workspace = await vault.openWorkspace(it.workspaceId);
  const keys = await it.within((tx) => workspace.keysFor(tx, [subject]));
  return keys.seal(subject, KEYS_PLACE, "a text");
}

async function openOne(it: KeyHouse, vault: Vault, sealed: Buffer): Promise<string> {
  const workspace = await vault.openWorkspace(it.workspaceId);
  const keys = await it.within((tx) => workspace.keysOf(tx, [sealed]));
  return keys.openText(KEYS_PLACE, sealed);
}

test("after a change the new key opens all, the old one nothing, and a second change with the same key does nothing", async () => {
  await using it = await keyHouse();
  const sealed = await sealOne(it, it.vault);
  const bytes = randomBytes(32);
  const next = new LocalRootKey("file", bytes);
  assert.equal(await change(it, next), 2);
  assert.equal((await it.vault.describeRoot()).id, await next.id());
  assert.equal(await change(it, next), undefined);

  await using later = await testVault(it.database.db, bytes);
  assert.equal(await openOne(it, later, sealed), "a text");
  assert.equal(await openOne(it, it.vault, sealed), "a text");
  await assert.rejects(testVault(it.database.db, it.root), /sealed under root key/);
});

test("what earlier root keys derived for the log and the simulator is kept over two changes, in their order", async () => {
  await using it = await keyHouse();
  const label = auditPendingLabel(it.workspaceId);
  const first = await it.vault.deriveInstallationKey(label);
  const simulator = await it.vault.deriveInstallationKey(SIMULATOR_STATE);
  await change(it, new LocalRootKey("file", randomBytes(32)));
  const second = await it.vault.deriveInstallationKey(label);
  await it.vault.rotateWorkspaceKey(INSTALLATION, it.rotation);
  const bytes = randomBytes(32);
  await change(it, new LocalRootKey("file", bytes));

  await using later = await testVault(it.database.db, bytes);
  assert.deepEqual(await later.listEarlierInstallationKeys(label), [first, second]);
  assert.deepEqual((await later.listEarlierInstallationKeys(SIMULATOR_STATE))[0], simulator);
  assert.notDeepEqual(await later.deriveInstallationKey(label), second);
});

test("a process without the new key's file goes on with what is open, wraps nothing, and takes the file up when it comes", async () => {
  await using it = await keyHouse();
  const bytes = randomBytes(32);
  let hasFile = false;
  await using other = await openVault(
    it.database.db,
    async () => new LocalRootKey("file", hasFile ? bytes : it.root),
  );
  const sealed = await sealOne(it, other);
  await change(it, new LocalRootKey("file", bytes));

  assert.equal(await openOne(it, other, sealed), "a text");
  assert.equal(await openOne(it, other, await sealOne(it, other)), "a text");
  const fresh = newId<WorkspaceId>();
  const make = () => inWorkspace(it.database.db, fresh, (tx) => other.createWorkspace(tx, fresh));
  await assert.rejects(make(), refusal("vault.root_key_changed"));
  await assert.rejects(
    other.rotateWorkspaceKey(it.workspaceId, it.rotation),
    refusal("vault.root_key_changed"),
  );
  const { rows } = await inWorkspace(it.database.db, fresh, (tx) =>
    sql`select from vault.workspace_key`.execute(tx),
  );
  assert.deepEqual(rows, [], "no key was wrapped under the old root");

  hasFile = true;
  await make();
  await it.rotate();
  assert.equal(await openOne(it, other, sealed), "a text");
});

test("a workspace that is being made while the root key is changed ends up under the new one", async () => {
  await using it = await keyHouse();
  const fresh = newId<WorkspaceId>();
  const isMade = Promise.withResolvers<void>();
  const mayCommit = Promise.withResolvers<void>();
  const making = inWorkspace(it.database.db, fresh, async (tx) => {
    await it.vault.createWorkspace(tx, fresh);
    isMade.resolve();
    await mayCommit.promise;
  });
  await isMade.promise;
  const bytes = randomBytes(32);
  const changing = change(it, new LocalRootKey("file", bytes), [fresh]);
  await untilSomebodyWaits(it).finally(mayCommit.resolve);
  await making;
  assert.equal(await changing, 3);
  await using later = await testVault(it.database.db, bytes);
  assert.equal((await later.openWorkspace(fresh)).workspaceId, fresh);
});

test("one workspace key that does not unwrap stops the whole change, and nothing is changed", async () => {
  await using it = await keyHouse();
  const sealed = await sealOne(it, it.vault);
  const damage = (by: number) =>
    it.within((tx) =>
      sql`update vault.workspace_key set wrapped = set_byte(wrapped, 20, (get_byte(wrapped, 20) + ${by}) % 256)`.execute(
        tx,
      ),
    );
  await damage(1);
  await assert.rejects(change(it, new LocalRootKey("file", randomBytes(32))), refusal("vault.locked"));
  await damage(255);
  await using later = await testVault(it.database.db, it.root);
  assert.equal(await openOne(it, later, sealed), "a text");
  assert.deepEqual(await later.listEarlierInstallationKeys(SIMULATOR_STATE), []);
});

async function untilSomebodyWaits(it: KeyHouse): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      it.database.db,
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("Nobody waits for a lock");
}
