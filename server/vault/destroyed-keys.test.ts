import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import pg from "pg";
import { KEYS_PLACE, type KeyHouse, keyHouse, keySubject } from "../../tests/support/key-house.ts";
import { until } from "../../tests/support/until.ts";
import { testVault } from "../../tests/support/vault.ts";
import { openLog } from "../platform/log.ts";
import { ROLES } from "../platform/postgres/roles.ts";
import { KeyErased } from "./key-erased.ts";
import type { KeySubject, WorkspaceVault } from "./vault.ts";

/** The same keys in another process, which hears of what the first one destroys. */
async function otherProcess(it: KeyHouse) {
  await using opened = new AsyncDisposableStack();
  const vault = opened.use(await testVault(it.database.db, it.root));
  const line = { url: it.database.appUrl, log: openLog("silent") };
  opened.use(await vault.hearDestroyedKeys(line));
  const workspace = await vault.openWorkspace(it.workspaceId);
  const rest = opened.move();
  return { vault, workspace, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

async function sealAll(it: KeyHouse, subjects: readonly KeySubject[]): Promise<Buffer[]> {
  const keys = await it.within((tx) => it.workspace.keysFor(tx, subjects));
  return subjects.map((subject) => keys.seal(subject, KEYS_PLACE, subject.subjectId));
}

/** How many of these open, for a process whose cache may know their keys. */
async function countOpen(it: KeyHouse, workspace: WorkspaceVault, sealed: readonly Buffer[]) {
  const keys = await it.within((tx) => workspace.keysOf(tx, sealed));
  return sealed.filter((value) => keys.canOpen(value)).length;
}

const idsOf = (subjects: readonly KeySubject[]) => subjects.map(({ subjectId }) => subjectId);

test("what one process erases, another one that has its keys cached does not open either", async () => {
  await using it = await keyHouse();
  await using other = await otherProcess(it);
  // More than fit into one notification, and one that stays.
  const [kept, ...erased] = Array.from({ length: 420 }, () => keySubject()) as [KeySubject, ...KeySubject[]];
  const sealed = await sealAll(it, [kept, ...erased]);
  assert.equal(await countOpen(it, other.workspace, sealed), 420);

  await it.within((tx) => it.workspace.destroyKeys(tx, idsOf(erased), new Date()));
  await until(async () => (await countOpen(it, other.workspace, sealed)) === 1);
  assert.equal(await countOpen(it, other.workspace, sealed.slice(0, 1)), 1);
});

test("an erasure that is rolled back makes nobody forget a key", async () => {
  await using it = await keyHouse();
  await using other = await otherProcess(it);
  const subjects = [keySubject(), keySubject()];
  const sealed = await sealAll(it, subjects);
  const undone = it.within(async (tx) => {
    await it.workspace.destroyKeys(tx, idsOf(subjects), new Date());
    throw new Error("not after all");
  });
  await assert.rejects(undone, /not after all/);
  assert.equal(await countOpen(it, it.workspace, sealed), 2);
  assert.equal(await countOpen(it, other.workspace, sealed), 2);
});

test("what was erased while a process heard nothing is forgotten as soon as its line stands again", async () => {
  await using it = await keyHouse();
  await using other = await otherProcess(it);
  const subject = keySubject();
  const sealed = await sealAll(it, [subject]);
  assert.equal(await countOpen(it, other.workspace, sealed), 1);

  await asSuperuser(it, (client) =>
    client.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = 'wardroom live'",
    ),
  );
  await it.within((tx) => it.workspace.destroyKeys(tx, [subject.subjectId], new Date()));
  await until(async () => (await countOpen(it, other.workspace, sealed)) === 0);
});

test("a key that was read before an erasure is not cached by the reader who commits after it", async () => {
  await using it = await keyHouse();
  const subject = keySubject();
  const sealed = await sealAll(it, [subject]);
  await using later = await testVault(it.database.db, it.root);
  const workspace = await later.openWorkspace(it.workspaceId);

  await it.within(async (tx) => {
    assert.equal((await workspace.keysOf(tx, sealed)).canOpen(sealed[0] as Buffer), true);
    await it.within((another) => workspace.destroyKeys(another, [subject.subjectId], new Date()));
  });
  assert.equal(await countOpen(it, workspace, sealed), 0);
});

test("two processes that seal, while each erases and rotates: nothing is sealed under a destroyed key", async () => {
  await using it = await keyHouse();
  await using other = await otherProcess(it);
  await asSuperuser(it, (client) =>
    client.query(`create table sealed_by (key_id text); grant select, insert on sealed_by to ${ROLES.app}`),
  );
  const subjects = Array.from({ length: 40 }, () => keySubject());
  await sealAll(it, subjects);
  const workspaces = [it.workspace, other.workspace];
  const seen = { sealed: 0, refused: 0 };
  let isOver = false;
  const seal = async (workspace: WorkspaceVault, nth: number): Promise<void> => {
    for (let turn = nth; !isOver; turn += 1) {
      const subject = subjects[turn % subjects.length] as KeySubject;
      await it
        .within(async (tx) => {
          const keys = await workspace.keysFor(tx, [subject]);
          // A batch has more to do before it writes: time in which a key that nobody held could be destroyed.
          await sleep(2);
          await sql`insert into sealed_by values (${keys.keyId(subject)})`.execute(tx);
          seen.sealed += 1;
        })
        .catch((error: unknown) => {
          if (!(error instanceof KeyErased)) throw error;
          seen.refused += 1;
        });
    }
  };
  const sealing = [0, 7, 21, 33].map((nth) => seal(workspaces[nth % 2] as WorkspaceVault, nth));

  const rowsOf = (ids: readonly string[]) =>
    sql<{ rows: number }>`select count(*)::int as rows from sealed_by where key_id = any(${ids}::text[])`;
  const erased: Array<{ readonly ids: string[]; readonly rows: number }> = [];
  for (const [nth, { subjectId }] of subjects.slice(0, 24).entries()) {
    if (nth % 8 === 3)
      await [it.vault, other.vault][nth % 2]?.rotateWorkspaceKey(it.workspaceId, it.rotation);
    await it.within(async (tx) => {
      await workspaces[nth % 2]?.destroyKeys(tx, [subjectId], new Date());
      const { rows } = await sql<{ id: string }>`
        select id from vault.data_key where subject_id = ${subjectId}`.execute(tx);
      const ids = rows.map(({ id }) => id);
      // Before our commit: whoever held the key has committed, and nobody can hold it again.
      const before = await rowsOf(ids).execute(tx);
      erased.push({ ids, rows: before.rows[0]?.rows ?? 0 });
    });
  }
  isOver = true;
  await Promise.all(sealing);
  for (const { ids, rows } of erased) {
    const { rows: now } = await it.within((tx) => rowsOf(ids).execute(tx));
    assert.deepEqual(now, [{ rows }]);
  }
  assert.ok(seen.refused > 0 && erased.some(({ rows }) => rows > 0), JSON.stringify(seen));
  const { rows: versions } = await it.within((tx) =>
    sql`select count(*)::int as lost from vault.data_key k join vault.workspace_key v
      on v.workspace_id = k.workspace_id and v.version = k.workspace_key_version
      where k.wrapped is not null and v.wrapped is null`.execute(tx),
  );
  assert.deepEqual(versions, [{ lost: 0 }], "no living key is wrapped by a destroyed one");
});

async function asSuperuser(it: KeyHouse, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: it.database.superuserUrl.reveal() });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
