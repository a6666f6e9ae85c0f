import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql, type Transaction } from "kysely";
import pg from "pg";
import { testDatabase } from "../../tests/support/database.ts";
import { afterCommit, inWorkspace, openDatabase } from "./database.ts";
import { newId, type WorkspaceId } from "./ids.ts";

interface Tables {
  platform_lease: { name: string; holder: string; fencing: number; expires_at: Date };
}

const database = await testDatabase<Tables>();
const hot = openDatabase<Tables>({
  url: database.appUrl,
  maxConnections: 2,
  name: "test hot",
  onIdleError: (error) => {
    throw error;
  },
  hot: true,
});
after(async () => {
  await hot.destroy();
  await database[Symbol.asyncDispose]();
});
const workspaceId = newId<WorkspaceId>();

function lease(name: string) {
  return { name, holder: newId<string>(), fencing: 1, expires_at: new Date() };
}

async function names(): Promise<string[]> {
  const rows = await database.db.selectFrom("platform_lease").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

test("statements asked for at once run in order, in their workspace, and commit together", async () => {
  const told: string[] = [];
  const [scope] = await inWorkspace(hot, workspaceId, async (tx) => {
    afterCommit(tx, () => told.push("committed"));
    return Promise.all([
      sql<{ workspace: string }>`select current_setting('app.workspace') as workspace`.execute(tx),
      tx.insertInto("platform_lease").values(lease("first")).execute(),
      tx.updateTable("platform_lease").set({ name: "second" }).where("name", "=", "first").execute(),
    ]);
  });
  assert.equal(scope.rows[0]?.workspace, workspaceId);
  assert.deepEqual(await names(), ["second"]);
  assert.deepEqual(told, ["committed"]);
});

test("a failure undoes what went out before it and what went out behind it, and is the one that is told", async () => {
  const before = await names();
  await assert.rejects(
    inWorkspace(hot, workspaceId, (tx) =>
      Promise.all([
        tx.insertInto("platform_lease").values(lease("before")).execute(),
        sql`select 1 / 0`.execute(tx),
        tx.insertInto("platform_lease").values(lease("behind")).execute(),
      ]),
    ),
    { code: "22012" },
  );
  assert.deepEqual(await names(), before);
});

test("what failed is told, and not the refusal of what stood behind it, whichever is heard of first", async () => {
  const fails = (tx: Transaction<Tables>) => sql`select 1 / 0`.execute(tx);
  const late = async (tx: Transaction<Tables>) => {
    const [failed, behind] = await Promise.allSettled([fails(tx), sql`select 1`.execute(tx)]);
    assert.deepEqual([failed.status, behind.status], ["rejected", "rejected"]);
    if (behind.status === "rejected") throw behind.reason;
  };
  await assert.rejects(inWorkspace(hot, workspaceId, late), { code: "22012" });
});

test("what a branch asks for after the end gets out no more", async () => {
  const before = await names();
  const straggler = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<unknown>();
  await assert.rejects(
    inWorkspace(hot, workspaceId, (tx) => {
      void straggler.promise
        .then(() => tx.insertInto("platform_lease").values(lease("late")).execute())
        .then(gone.resolve, gone.resolve);
      return sql`select 1 / 0`.execute(tx);
    }),
  );
  straggler.resolve();
  assert.match(String(await gone.promise), /the transaction is over/);
  assert.deepEqual(await names(), before);
});

test("the connection serves the next transaction as if nothing had failed", async () => {
  for (let n = 0; n < 5; n += 1) {
    await inWorkspace(hot, workspaceId, (tx) => sql`select 1 / 0`.execute(tx)).catch(() => undefined);
  }
  const { rows } = await inWorkspace(hot, workspaceId, (tx) =>
    sql<{ workspace: string }>`select current_setting('app.workspace') as workspace`.execute(tx),
  );
  assert.equal(rows[0]?.workspace, workspaceId);
});

test("a connection that is cut in the middle fails its transaction, and the next one gets another", async () => {
  const superuser = new pg.Client({ connectionString: database.superuserUrl.reveal() });
  await superuser.connect();
  await assert.rejects(
    inWorkspace(hot, workspaceId, async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      const waiting = Promise.all([sql`select pg_sleep(30)`.execute(tx), sql`select 1`.execute(tx)]);
      const [answers] = await Promise.all([
        waiting,
        superuser.query("select pg_terminate_backend($1)", [rows[0]?.pid]),
      ]);
      return answers;
    }),
  );
  await superuser.end();
  const { rows } = await inWorkspace(hot, workspaceId, (tx) =>
    sql<{ one: number }>`select 1 as one`.execute(tx),
  );
  assert.deepEqual(rows, [{ one: 1 }]);
});
