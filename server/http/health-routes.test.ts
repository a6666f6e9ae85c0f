import assert from "node:assert/strict";
import { test } from "node:test";
import fastify from "fastify";
import { sql } from "kysely";
import pg from "pg";
import { Registry } from "prom-client";
import { captureLog } from "../../tests/support/captured-log.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { runWardroom } from "../../tests/support/running-wardroom.ts";
import { openSession } from "../../tests/support/test-session.ts";
import { registerHealthRoutes } from "./health-routes.ts";

test("ready means that it can write; alive means no more than that it runs", async () => {
  await using running = await runWardroom({ bare: true, log: captureLog().log });
  const { wardroom, database } = running;
  const visitor = openSession(wardroom);
  const status = async (path: string) => (await visitor.call("GET", path)).status;
  const superuser = new pg.Client({ connectionString: database.superuserUrl.reveal() });
  await superuser.connect();
  const { rows } = await superuser.query("select current_database() as name");
  const setReadOnly = async (value: "on" | "off") => {
    await superuser.query(`alter database ${rows[0].name} set default_transaction_read_only = ${value}`);
    await superuser.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and usename = 'wardroom_app'",
    );
  };

  assert.deepEqual([await status("/healthz"), await status("/readyz")], [200, 200]);
  await setReadOnly("on");
  assert.deepEqual([await status("/healthz"), await status("/readyz")], [200, 503]);
  await setReadOnly("off");
  assert.deepEqual([await status("/healthz"), await status("/readyz")], [200, 200]);

  await superuser.end();
  await visitor.close();
});

test("a database that does not answer is not ready, and costs one question however many ask", async () => {
  await using database = await testDatabase<{ platform_lease: { name: string } }>();
  await using app = fastify();
  let questions = 0;
  registerHealthRoutes(app, {
    isReady: async () => {
      questions += 1;
      await database.db.selectFrom("platform_lease").select("name").execute();
      return true;
    },
    answerWithinMs: 200,
    ...{ metrics: new Registry(), metricsToken: undefined },
  });
  const statuses = async () =>
    Promise.all([1, 2, 3].map(async () => (await app.inject({ path: "/readyz" })).statusCode));

  const blocked = await database.owner.transaction().execute(async (tx) => {
    await sql`lock table platform_lease`.execute(tx);
    return [await statuses(), await statuses()];
  });

  assert.deepEqual(blocked, [
    [503, 503, 503],
    [503, 503, 503],
  ]);
  assert.equal(questions, 1);
  while ((await statuses()).includes(503));
});
