import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { type Kysely, sql } from "kysely";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { testVault } from "../../tests/support/vault.ts";
import { inWorkspace, type Tx } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { KeyErased } from "./key-erased.ts";
import { LocalRootKey } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";
import { Unreadable } from "./unreadable.ts";
import type { KeyClass, KeySubject, Vault, WorkspaceVault } from "./vault.ts";
import { loadWorkspaceKeys } from "./workspace-keys.ts";

const AT = new Date("2026-11-23T10:00:00Z");
const PLACE = { table: "inbox_message", column: "body", rowId: newId<string>() };

function subjectOf(keyClass: KeyClass = "conversation", at = AT): KeySubject {
  return { subjectId: newId<string>(), keyClass, at };
}

interface House extends AsyncDisposable {
  readonly database: TestDatabase<VaultTables>;
  readonly root: Buffer;
  readonly vault: Vault;
  readonly workspace: WorkspaceVault;
  readonly workspaceId: WorkspaceId;
  readonly within: <R>(work: (tx: Tx<VaultTables>) => Promise<R>) => Promise<R>;
}

async function house(): Promise<House> {
  const database = await testDatabase<VaultTables>();
  const root = randomBytes(32);
  const vault = await testVault(database.db, root);
  const workspaceId = newId<WorkspaceId>();
  const workspace = await makeWorkspace(database.db, vault, workspaceId);
  return {
    database,
    root,
    vault,
    workspace,
    workspaceId,
    within: (work) => inWorkspace(database.db, workspaceId, work),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function makeWorkspace(
  db: Kysely<VaultTables>,
  vault: Vault,
  id: WorkspaceId,
): Promise<WorkspaceVault> {
  await inWorkspace(db, id, (tx) => vault.createWorkspace(tx, id));
  return vault.openWorkspace(id);
}

/** Version 2 wraps all that version 1 wrapped, and version 1 is destroyed. */
async function rotateAsAnotherProcess(it: House): Promise<void> {
  const root = new LocalRootKey("file", it.root);
  const associated = (...parts: readonly unknown[]) => Buffer.from(parts.join("|"));
  await it.within(async (tx) => {
    const old = await loadWorkspaceKeys(tx, root, it.workspaceId);
    const wrapped = await root.wrap(
      randomBytes(32),
      associated("wardroom/workspace-key/v1", it.workspaceId, 2),
    );
    await sql`
      insert into vault.workspace_key (workspace_id, version, wrapped)
      values (${it.workspaceId}, 2, ${wrapped})`.execute(tx);
    const both = await loadWorkspaceKeys(tx, root, it.workspaceId);
    const { rows } = await sql<{
      id: string;
      subject: string;
      class: string;
      month: string;
      wrapped: Buffer;
    }>`
      select id, subject_id as subject, class, to_char(month, 'YYYY-MM-DD') as month, wrapped
      from vault.data_key`.execute(tx);
    for (const row of rows) {
      const bind = (version: number) =>
        associated(
          "wardroom/data-key/v1",
          it.workspaceId,
          row.id,
          row.subject,
          row.class,
          row.month,
          version,
        );
      const again = both.wrap(old.unwrap(1, row.wrapped, bind(1)), bind(2));
      await sql`
        update vault.data_key set wrapped = ${again}, workspace_key_version = 2 where id = ${row.id}`.execute(
        tx,
      );
    }
    await sql`update vault.workspace_key set wrapped = null, destroyed_at = ${AT} where version = 1`.execute(
      tx,
    );
  });
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Waits until somebody in the database waits for a lock. */
async function untilSomebodyWaits(db: Kysely<VaultTables>, waiting = 1): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      db,
    );
    if (rows.length >= waiting) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("Nobody waits for a lock");
}

const isErased = (subject: KeySubject) => (error: unknown) =>
  error instanceof KeyErased && error.subjectIds.length === 1 && error.subjectIds[0] === subject.subjectId;

test("one key per subject, class and month, and none by month for members and workspaces", async () => {
  await using it = await house();
  const subjectId = newId<string>();
  const of = (keyClass: KeyClass, at: string): KeySubject => ({ subjectId, keyClass, at: new Date(at) });
  const ids = await it.within(async (tx) => {
    const subjects = [
      of("conversation", "2026-11-01T00:00:00Z"),
      of("conversation", "2026-11-30T23:59:59.999Z"),
      of("conversation", "2026-12-01T00:00:00Z"),
      of("profile", "2026-11-15T00:00:00Z"),
      of("record", "2026-11-15T00:00:00Z"),
      of("member", "2026-11-15T00:00:00Z"),
      of("member", "2031-01-01T00:00:00Z"),
      of("workspace", "2026-11-15T00:00:00Z"),
      of("workspace", "2031-01-01T00:00:00Z"),
    ];
    const keys = await it.workspace.keysFor(tx, subjects);
    return subjects.map((subject) => keys.keyId(subject));
  });
  assert.deepEqual(
    ids.map((id) => ids.indexOf(id)),
    [0, 0, 2, 3, 4, 5, 5, 7, 7],
  );
  const { rows } = await it.within((tx) =>
    sql`select to_char(month, 'YYYY-MM-DD') as month, class from vault.data_key order by class, month`.execute(
      tx,
    ),
  );
  assert.deepEqual(rows, [
    { month: "2026-11-01", class: "conversation" },
    { month: "2026-12-01", class: "conversation" },
    { month: "2000-01-01", class: "member" },
    { month: "2026-11-01", class: "profile" },
    { month: "2026-11-01", class: "record" },
    { month: "2000-01-01", class: "workspace" },
  ]);
});

test("the same keys are found again, some old and some new, and what they seal opens", async () => {
  await using it = await house();
  const [old, fresh] = [subjectOf(), subjectOf("profile")];
  const first = await it.within((tx) => it.workspace.keysFor(tx, [old]));
  const second = await it.within((tx) => it.workspace.keysFor(tx, [fresh, old, old]));
  assert.equal(second.keyId(old), first.keyId(old));

  const sealed = [first.seal(old, PLACE, "one"), second.seal(fresh, PLACE, "two")];
  const keys = await it.within((tx) => it.workspace.keysOf(tx, [...sealed, null, Buffer.from("junk")]));
  assert.deepEqual(
    sealed.map((value) => keys.openText(PLACE, value)),
    ["one", "two"],
  );
  assert.equal(keys.canOpen(Buffer.from("junk")), false);
  assert.throws(() => keys.open(PLACE, Buffer.from("junk")), Unreadable);
  assert.throws(() => second.seal(subjectOf(), PLACE, "three"), /No key was asked for/);
});

test("two transactions that want the same new key get one, and neither waits for ever", async () => {
  await using it = await house();
  const shared = subjectOf();
  const [mine, yours] = [subjectOf(), subjectOf()];
  const hasKey = gate();
  const mayCommit = gate();

  const first = it.within(async (tx) => {
    const keys = await it.workspace.keysFor(tx, [shared, mine]);
    hasKey.open();
    await mayCommit.opened;
    return keys;
  });
  await hasKey.opened;
  const second = it.within((tx) => it.workspace.keysFor(tx, [yours, shared]));
  await untilSomebodyWaits(it.database.db).finally(mayCommit.open);

  const [one, other] = await Promise.all([first, second]);
  assert.equal(one.keyId(shared), other.keyId(shared));
  const sealed = other.seal(shared, PLACE, "a text");
  const keys = await it.within((tx) => it.workspace.keysOf(tx, [sealed]));
  assert.equal(keys.openText(PLACE, sealed), "a text");
});

test("when the transaction that made a key rolls back, the one that waited for it makes its own", async () => {
  await using it = await house();
  const shared = subjectOf();
  const hasKey = gate();
  const mayFail = gate();
  let lostId = "";
  const first = it.within(async (tx) => {
    lostId = (await it.workspace.keysFor(tx, [shared])).keyId(shared);
    hasKey.open();
    await mayFail.opened;
    throw new Error("rolled back");
  });
  const failed = assert.rejects(first, /rolled back/);
  await hasKey.opened;
  const second = it.within((tx) => it.workspace.keysFor(tx, [shared]));
  await untilSomebodyWaits(it.database.db);
  mayFail.open();

  await failed;
  assert.notEqual((await second).keyId(shared), lostId);
});

test("a rollback leaves no key behind, neither made nor opened in it", async () => {
  await using it = await house();
  const subject = subjectOf();
  let sealed: Buffer = Buffer.alloc(0);
  await assert.rejects(
    it.within(async (tx) => {
      const keys = await it.workspace.keysFor(tx, [subject]);
      sealed = keys.seal(subject, PLACE, "never was");
      // Seen from inside, the key is there: reading it must not keep it either.
      const opening = await it.workspace.keysOf(tx, [sealed]);
      assert.equal(opening.openText(PLACE, sealed), "never was");
      throw new Error("rolled back");
    }),
    /rolled back/,
  );
  const keys = await it.within((tx) => it.workspace.keysOf(tx, [sealed]));
  assert.equal(keys.canOpen(sealed), false);

  const again = await it.within((tx) => it.workspace.keysFor(tx, [subject]));
  assert.notEqual(again.keyId(subject), sealed.toString("hex", 1, 17));
  const kept = again.seal(subject, PLACE, "is");
  // From the database, not from memory: a vault that starts now.
  const { rows } = await it.within((tx) => sql<{ id: string }>`select id from vault.data_key`.execute(tx));
  assert.deepEqual(rows, [{ id: again.keyId(subject) }]);
  const opening = await it.within((tx) => it.workspace.keysOf(tx, [kept]));
  assert.equal(opening.openText(PLACE, kept), "is");
});

test("an erased key refuses to seal, among others that live, and its values stay closed", async () => {
  await using it = await house();
  const [erased, living] = [subjectOf(), subjectOf()];
  const sealed = await it.within(async (tx) => {
    const keys = await it.workspace.keysFor(tx, [erased, living]);
    return [keys.seal(erased, PLACE, "gone"), keys.seal(living, PLACE, "here")] as const;
  });
  assert.equal(await it.within((tx) => it.workspace.destroyKeys(tx, [erased.subjectId], AT)), 1);

  await assert.rejects(
    it.within((tx) => it.workspace.keysFor(tx, [subjectOf(), erased, living])),
    isErased(erased),
  );
  const keys = await it.within((tx) => it.workspace.keysOf(tx, sealed));
  assert.deepEqual(
    sealed.map((value) => keys.canOpen(value)),
    [false, true],
  );
  assert.throws(
    () => keys.open(PLACE, sealed[0]),
    (error: unknown) => error instanceof Unreadable && error.reason === "key_absent",
  );
  const { rows } = await it.within((tx) =>
    sql`select count(*)::int as keys, count(wrapped)::int as living from vault.data_key`.execute(tx),
  );
  assert.deepEqual(rows, [{ keys: 2, living: 1 }]);
});

test("a key that another process erased is met in the database, though it is still cached here", async () => {
  await using it = await house();
  const subject = subjectOf();
  await it.within((tx) => it.workspace.keysFor(tx, [subject]));
  await it.within((tx) => sql`update vault.data_key set wrapped = null, destroyed_at = ${AT}`.execute(tx));
  await assert.rejects(
    it.within((tx) => it.workspace.keysFor(tx, [subject])),
    isErased(subject),
  );
});

test("an erasure waits for the batch that holds the key, and the next batch meets it", async () => {
  await using it = await house();
  const subject = subjectOf();
  await it.within((tx) => it.workspace.keysFor(tx, [subject]));
  const hasKey = gate();
  const mayCommit = gate();
  const order: string[] = [];
  // Noted before the one's COMMIT and after the other's statement: the answers to two COMMITs may overtake each other.
  const batch = it.within(async (tx) => {
    await it.workspace.keysFor(tx, [subject]);
    hasKey.open();
    await mayCommit.opened;
    order.push("batch commits");
  });
  await hasKey.opened;
  const erasure = it.within(async (tx) => {
    await it.workspace.destroyKeys(tx, [subject.subjectId], AT);
    order.push("keys destroyed");
  });
  await untilSomebodyWaits(it.database.db).finally(mayCommit.open);
  await Promise.all([batch, erasure]);

  assert.deepEqual(order, ["batch commits", "keys destroyed"]);
  await assert.rejects(
    it.within((tx) => it.workspace.keysFor(tx, [subject])),
    isErased(subject),
  );
});

test("a batch that waits for an erasure meets the erased key when it commits", async () => {
  await using it = await house();
  const subject = subjectOf();
  await it.within((tx) => it.workspace.keysFor(tx, [subject]));
  const hasErased = gate();
  const mayCommit = gate();
  const erasure = it.within(async (tx) => {
    await it.workspace.destroyKeys(tx, [subject.subjectId], AT);
    hasErased.open();
    await mayCommit.opened;
  });
  await hasErased.opened;
  const refused = assert.rejects(
    it.within((tx) => it.workspace.keysFor(tx, [subjectOf(), subject])),
    isErased(subject),
  );
  await untilSomebodyWaits(it.database.db).finally(mayCommit.open);
  await Promise.all([erasure, refused]);
});

test("batches that take the same keys in opposite order do not deadlock", async () => {
  await using it = await house();
  const subjects = Array.from({ length: 30 }, () => subjectOf());
  const reversed = subjects.toReversed();
  const batches = await Promise.all(
    [subjects, reversed, subjects, reversed].map((list) => it.within((tx) => it.workspace.keysFor(tx, list))),
  );
  for (const subject of subjects) {
    assert.equal(new Set(batches.map((keys) => keys.keyId(subject))).size, 1);
  }
});

test("an erasure takes its keys in the order of the batches, so that they cannot wait for each other", async () => {
  await using it = await house();
  const subjectId = newId<string>();
  const of = (month: number): KeySubject => ({
    subjectId,
    keyClass: "conversation",
    at: new Date(Date.UTC(2026, month)),
  });
  // Stored in the opposite order.
  for (const month of [3, 2, 1]) await it.within((tx) => it.workspace.keysFor(tx, [of(month)]));
  const hasMiddle = gate();
  const mayCommit = gate();
  const middle = it.within(async (tx) => {
    await it.workspace.keysFor(tx, [of(2)]);
    hasMiddle.open();
    await mayCommit.opened;
  });
  await hasMiddle.opened;
  const erasure = it.within(async (tx) => {
    // A plan by index would happen to be in order; one over the whole table, as after a bulk load, is not.
    await sql`select set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`.execute(
      tx,
    );
    return it.workspace.destroyKeys(tx, [subjectId], AT);
  });
  await untilSomebodyWaits(it.database.db, 1).catch((error: unknown) => {
    mayCommit.open();
    throw error;
  });
  const refused = assert.rejects(
    it.within((tx) => it.workspace.keysFor(tx, [of(1), of(3)])),
    isErased(of(1)),
  );
  await untilSomebodyWaits(it.database.db, 2).finally(mayCommit.open);
  await Promise.all([middle, erasure, refused]);
});

test("a key that is cached but no longer in the database is made anew", async () => {
  await using it = await house();
  const subject = subjectOf();
  const lost = await it.within((tx) => it.workspace.keysFor(tx, [subject]));
  await inWorkspace(it.database.owner, it.workspaceId, (tx) => sql`delete from vault.data_key`.execute(tx));
  const keys = await it.within((tx) => it.workspace.keysFor(tx, [subject]));
  assert.notEqual(keys.keyId(subject), lost.keyId(subject));
});

test("a row that is given another subject's key, or another's name, does not unwrap", async () => {
  await using it = await house();
  const [victim, thief] = [subjectOf(), subjectOf()];
  const keys = await it.within((tx) => it.workspace.keysFor(tx, [victim, thief]));
  const locked = (error: unknown) => error instanceof Refusal && error.code === "vault.locked";

  await it.within(async (tx) => {
    await sql`
      update vault.data_key set wrapped = (select wrapped from vault.data_key where id = ${keys.keyId(victim)})
      where id = ${keys.keyId(thief)}`.execute(tx);
  });
  await using later = await testVault(it.database.db, it.root);
  const workspace = await later.openWorkspace(it.workspaceId);
  await assert.rejects(
    it.within((tx) => workspace.keysFor(tx, [thief])),
    locked,
  );

  const swapped = subjectOf();
  await it.within(async (tx) => {
    await sql`update vault.data_key set subject_id = ${swapped.subjectId} where id = ${keys.keyId(victim)}`.execute(
      tx,
    );
  });
  // The very vault that has the victim's key cached under this id.
  await assert.rejects(
    it.within((tx) => it.workspace.keysFor(tx, [swapped])),
    locked,
  );
});

test("nothing crosses from one workspace to another", async () => {
  await using it = await house();
  const otherId = newId<WorkspaceId>();
  const other = await makeWorkspace(it.database.db, it.vault, otherId);
  const subject = subjectOf();
  const sealed = await it.within(async (tx) =>
    (await it.workspace.keysFor(tx, [subject])).seal(subject, PLACE, "a text"),
  );
  const keys = await inWorkspace(it.database.db, otherId, (tx) => other.keysOf(tx, [sealed]));
  assert.equal(keys.canOpen(sealed), false);
  assert.throws(() => keys.open(PLACE, sealed), Unreadable);
  assert.notDeepEqual(other.hash("email", "a"), it.workspace.hash("email", "a"));
  assert.notDeepEqual(other.mac("role", ["a"]), it.workspace.mac("role", ["a"]));

  // The workspace is the caller's word, twice: in the transaction and in the query. They must agree.
  await assert.rejects(
    inWorkspace(it.database.db, otherId, (tx) => it.workspace.keysFor(tx, [subjectOf()])),
    (error: unknown) => error instanceof Refusal,
  );
});

test("a workspace key rotated elsewhere is picked up, and the destroyed version wraps nothing more", async () => {
  await using it = await house();
  const [before, between] = [subjectOf(), subjectOf()];
  const old = await it.within((tx) => it.workspace.keysFor(tx, [before]));
  const sealed = old.seal(before, PLACE, "a text");

  await rotateAsAnotherProcess(it);
  const keys = await it.within((tx) => it.workspace.keysFor(tx, [between]));
  const { rows } = await it.within((tx) =>
    sql`select workspace_key_version as version from vault.data_key where id = ${keys.keyId(between)}`.execute(
      tx,
    ),
  );
  assert.deepEqual(rows, [{ version: 2 }]);
  const opening = await it.within((tx) => it.workspace.keysOf(tx, [sealed, keys.seal(between, PLACE, "b")]));
  assert.equal(opening.openText(PLACE, sealed), "a text");
});

test("a subject that PostgreSQL would print differently is a bug and says so", async () => {
  await using it = await house();
  const subject = { ...subjectOf(), subjectId: newId<string>().toUpperCase() };
  await assert.rejects(
    it.within((tx) => it.workspace.keysFor(tx, [subject])),
    /lower case/,
  );
});
