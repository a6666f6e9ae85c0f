import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { captureLog } from "../../tests/support/captured-log.ts";
import { runWardroom } from "../../tests/support/running-wardroom.ts";
import { openSession } from "../../tests/support/test-session.ts";

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
