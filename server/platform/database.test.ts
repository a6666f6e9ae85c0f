import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import { afterCommit, type Db, inScope, inWorkspace, openDatabase } from "./database.ts";
import { isUnavailable } from "./database-errors.ts";
import { newId, type WorkspaceId } from "./ids.ts";
import { Secret } from "./secret.ts";

async function currentWorkspace(db: Db<unknown>): Promise<unknown> {
  const { rows } = await sql<{ workspace: string | null }>`
    select nullif(current_setting('app.workspace', true), '') as workspace`.execute(db);
  return rows[0]?.workspace;
}

test("the workspace holds for its transaction and not for the next caller of the same connection", async () => {
  await using database = await testDatabase();
  const db = openDatabase<unknown>({
    url: database.appUrl,
    maxConnections: 1,
    name: "test",
    onIdleError: assert.ifError,
  });
  const workspaceId = newId<WorkspaceId>();

  const inside = await inWorkspace(db, workspaceId, async (tx) => {
    const { rows } = await sql<{ workspace: string }>`
      select current_setting('app.workspace', true) as workspace`.execute(tx);
    return rows[0]?.workspace;
  });

  assert.equal(inside, workspaceId);
  assert.equal(await currentWorkspace(db), null);
  await db.destroy();
});

test("inScope shows another workspace and returns to the one before, after an error as well", async () => {
  await using database = await testDatabase<unknown>();
  const [home, away] = [newId<WorkspaceId>(), newId<WorkspaceId>()];

  await inWorkspace(database.db, home, async (tx) => {
    assert.equal(await inScope(tx, away, () => currentWorkspace(tx)), away);
    assert.equal(await currentWorkspace(tx), home);
    await assert.rejects(
      inScope(tx, away, async () => {
        throw new Error("no");
      }),
      /no/,
    );
    assert.equal(await currentWorkspace(tx), home);
  });
});

test("hooks run after the commit, in order, and never after a rollback", async () => {
  await using database = await testDatabase();
  const workspaceId = newId<WorkspaceId>();
  const ran: string[] = [];

  await inWorkspace(database.db, workspaceId, async (tx) => {
    afterCommit(tx, () => ran.push("first"));
    afterCommit(tx, () => ran.push("second"));
    assert.deepEqual(ran, []);
  });
  await assert.rejects(
    inWorkspace(database.db, workspaceId, async (tx) => {
      afterCommit(tx, () => ran.push("never"));
      throw new Error("no");
    }),
    /no/,
  );

  assert.deepEqual(ran, ["first", "second"]);
});

test("a hook on a transaction that inWorkspace did not open is a bug and says so", async () => {
  await using database = await testDatabase();
  await assert.rejects(
    database.db.transaction().execute(async (tx) => afterCommit(tx, () => {})),
    /opened by inWorkspace/,
  );
});

test("the application logs in as itself: it owns nothing, bypasses nothing and cannot change role", async () => {
  await using database = await testDatabase();

  const { rows } = await sql`
    select session_user::text, current_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
      (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
    from pg_roles where rolname = session_user
  `.execute(database.db);
  assert.deepEqual(rows, [
    {
      session_user: "wardroom_app",
      current_user: "wardroom_app",
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      owned: 0,
    },
  ]);
  for (const role of ["wardroom_owner", "wardroom_purger", "wardroom_backup"]) {
    await assert.rejects(sql`set role ${sql.id(role)}`.execute(database.db), /permission denied to set role/);
  }
  await assert.rejects(sql`create temporary table t (n integer)`.execute(database.db), /permission denied/);
  await assert.rejects(sql`create table public.t (n integer)`.execute(database.db), /permission denied/);
});

test("a broken idle connection is reported and replaced", async () => {
  await using database = await testDatabase();
  const errors: Error[] = [];
  const db = openDatabase<unknown>({
    url: database.appUrl,
    maxConnections: 1,
    name: "test idle",
    onIdleError: (error) => errors.push(error),
  });
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const superuser = openDatabase<unknown>({
    url: new Secret(database.superuserUrl.reveal()),
    maxConnections: 1,
    name: "test superuser",
    onIdleError: assert.ifError,
  });
  await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(superuser);
  await superuser.destroy();

  while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual((await sql`select 1 as n`.execute(db)).rows, [{ n: 1 }]);
  await db.destroy();
});

test("a connection that breaks between two statements fails its transaction and nothing else", async () => {
  await using database = await testDatabase();
  const db = openDatabase<unknown>({
    url: database.appUrl,
    maxConnections: 1,
    name: "test broken",
    onIdleError: () => undefined,
  });
  const superuser = openDatabase<unknown>({
    url: database.superuserUrl,
    maxConnections: 1,
    name: "test superuser",
    onIdleError: assert.ifError,
  });

  const broken = inWorkspace(db, newId<WorkspaceId>(), async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(superuser);
    // The news arrives while nothing is asked: without a listener it would end the process here.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await sql`select 1`.execute(tx);
  });

  await assert.rejects(broken, (error) => isUnavailable(error));
  assert.deepEqual((await sql`select 1 as n`.execute(db)).rows, [{ n: 1 }]);
  await Promise.all([db.destroy(), superuser.destroy()]);
});

test("a connection that does not answer is ended, and whoever comes next gets another one", async () => {
  await using database = await testDatabase();
  const db = openDatabase<unknown>({
    ...{ url: database.appUrl, maxConnections: 1, name: "test unanswered", onIdleError: () => undefined },
    answerWithinMs: 300,
  });
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const pid = rows[0]?.pid ?? 0;
  process.kill(pid, "SIGSTOP");
  try {
    const startedAt = performance.now();
    const unanswered = inWorkspace(db, newId<WorkspaceId>(), async (tx) => {
      await sql`select 1`.execute(tx);
    });
    await assert.rejects(unanswered, (error) => isUnavailable(error));

    const next = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    assert.notEqual(next.rows[0]?.pid, pid);
    assert.ok(performance.now() - startedAt < 600, "one wait for an answer, and not one for each statement");
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await db.destroy();
});
