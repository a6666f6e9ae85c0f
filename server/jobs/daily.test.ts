import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import type { LeaseTables } from "../platform/lease.ts";
import { daily } from "./daily.ts";

const GOING_ON = new AbortController().signal;

test("a day's work is done once; what failed or died is done again the next hour", async () => {
  await using database = await testDatabase<LeaseTables>();
  const done: string[] = [];
  const work = (what: string) => async () => void done.push(what);
  const anHourPasses = () =>
    sql`update platform_lease set expires_at = expires_at - interval '1 hour'`.execute(database.db);

  await assert.rejects(
    daily(database.db, "sweep", GOING_ON, async () => {
      throw new Error("the disk is full");
    }),
    /the disk is full/,
  );
  await daily(database.db, "sweep", GOING_ON, work("after a failure"));
  await anHourPasses();
  await daily(database.db, "sweep", GOING_ON, work("too early"));

  // A process that dies holds it for less than an hour.
  const never = new Promise<void>(() => undefined);
  void daily(database.db, "bundle", GOING_ON, () => never);
  while (
    (await sql`select from platform_lease where name = 'daily:bundle'`.execute(database.db)).rows.length === 0
  );
  await daily(database.db, "bundle", GOING_ON, work("while another is at it"));
  await anHourPasses();
  await daily(database.db, "bundle", GOING_ON, work("after a death"));

  assert.deepEqual(done, ["after a failure", "after a death"]);
});

test("work that was told to stop is not taken for done", async () => {
  await using database = await testDatabase<LeaseTables>();
  let runs = 0;
  const stop = new AbortController();
  await daily(database.db, "sweep", stop.signal, async () => {
    runs += 1;
    stop.abort();
  });
  await daily(database.db, "sweep", GOING_ON, async () => {
    runs += 1;
  });
  assert.equal(runs, 2);
});
