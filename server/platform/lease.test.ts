import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import {
  acquireLease,
  type Lease,
  LeaseLost,
  type LeaseTables,
  releaseLease,
  renewLease,
  requireLease,
} from "./lease.ts";

const MINUTE = { name: "platform.test", seconds: 60 };

function given(lease: Lease | undefined): Lease {
  assert.ok(lease);
  return lease;
}

test("of many who ask at once one gets the lease, and nobody else before it is released or expires", async () => {
  await using database = await testDatabase<LeaseTables>();
  const { db } = database;
  const asked = await Promise.all([1, 2, 3, 4].map(() => acquireLease(db, MINUTE)));
  const [first, ...others] = asked.filter((lease) => lease !== undefined);
  assert.deepEqual(others, []);
  assert.equal(given(first).fencing, 1n);

  assert.equal(await acquireLease(db, MINUTE), undefined);
  assert.ok(await acquireLease(db, { name: "platform.other", seconds: 60 }));
  await releaseLease(db, given(first));
  const second = given(await acquireLease(db, MINUTE));
  assert.equal(second.fencing, 2n);
  await sql`update platform_lease set expires_at = clock_timestamp() - interval '1 ms'`.execute(db);
  assert.equal(given(await acquireLease(db, MINUTE)).fencing, 3n);
});

test("who slept past the lease can neither renew, release nor write under it once another holds it", async () => {
  await using database = await testDatabase<LeaseTables>();
  const { db } = database;
  const sleeper = given(await acquireLease(db, { ...MINUTE, seconds: 0 }));
  assert.equal(await renewLease(db, sleeper, 0), true, "nobody took it yet");
  const holder = given(await acquireLease(db, MINUTE));

  assert.equal(await renewLease(db, sleeper, 60), false);
  await releaseLease(db, sleeper);
  assert.equal(await acquireLease(db, MINUTE), undefined);
  await assert.rejects(
    db.transaction().execute((tx) => requireLease(tx, sleeper)),
    LeaseLost,
  );
  await db.transaction().execute((tx) => requireLease(tx, holder));
});

test("a lease left behind by a clock that was set back is taken after its own time, and one that is renewed never", async () => {
  await using database = await testDatabase<LeaseTables>();
  const { db } = database;
  const wanted = { name: "platform.test", seconds: 0.3 };
  const anHourAhead = sql`
    update platform_lease set expires_at = expires_at + interval '1 hour' where name = 'platform.test'`;
  const waited = async (tries: number, between: () => Promise<unknown> = async () => undefined) => {
    for (let n = 0; n < tries; n += 1) {
      assert.equal(await acquireLease(db, wanted), undefined);
      await between();
      await sleep(100);
    }
  };

  const living = given(await acquireLease(db, wanted));
  await waited(6, async () => {
    await renewLease(db, living, 60);
    await anHourAhead.execute(db);
  });
  const begun = performance.now();
  assert.equal(await acquireLease(db, wanted), undefined, "a dead one is seen for the first time");
  let next: Lease | undefined;
  while (next === undefined) {
    next = await acquireLease(db, wanted);
    await sleep(20);
  }
  assert.ok(performance.now() - begun >= 300);
  assert.equal(next.fencing, living.fencing + 1n);
  assert.equal(await renewLease(db, living, 60), false);
});

test("a day's lease is not taken for abandoned by who asks for an hour", async () => {
  await using database = await testDatabase<LeaseTables>();
  const { db } = database;
  await acquireLease(db, { name: "platform.test", seconds: 100 });
  const wanted = { name: "platform.test", seconds: 0.1, longestSeconds: 100 };
  for (let n = 0; n < 4; n += 1) {
    assert.equal(await acquireLease(db, wanted), undefined);
    await sleep(50);
  }
});

test("a transaction under the lease keeps others from taking it until it has ended", async () => {
  await using database = await testDatabase<LeaseTables>();
  const { db } = database;
  const lease = given(await acquireLease(db, { ...MINUTE, seconds: 0 }));
  const order: string[] = [];

  let taken: Promise<unknown> = Promise.resolve();
  await db.transaction().execute(async (tx) => {
    await requireLease(tx, lease);
    taken = acquireLease(db, MINUTE).then(() => order.push("taken"));
    await sql`select pg_sleep(0.2)`.execute(tx);
    order.push("written");
  });
  await taken;
  assert.deepEqual(order, ["written", "taken"]);
});
