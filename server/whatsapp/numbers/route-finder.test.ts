import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import { testDatabase } from "../../../tests/support/database.ts";
import { until } from "../../../tests/support/until.ts";
import { newId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";
import { createRouteFinder } from "./route-finder.ts";

const database = await testDatabase<WhatsappTables>();
const { db } = database;
after(() => database[Symbol.asyncDispose]());

/** Into the table, whatever it is called at the moment. */
async function addNumber(phoneNumberId: string, table = "whatsapp_number_route"): Promise<void> {
  await sql`
    insert into ${sql.table(table)} (phone_number_id, waba_id, workspace_id, number_id)
    values (${phoneNumberId}, ${`9${phoneNumberId}`}, ${newId<string>()}, ${newId<string>()})`.execute(
    database.owner,
  );
}

test("who asks at once shares a question, and each finds what it asked for", async () => {
  for (const id of ["11", "12", "13"]) await addNumber(id);
  const find = createRouteFinder(db);
  const answers = await Promise.all([
    find({ wabaIds: [], phoneNumberIds: ["11"] }),
    find({ wabaIds: ["912"], phoneNumberIds: [] }),
    find({ wabaIds: [], phoneNumberIds: ["13", "99"] }),
  ]);
  assert.equal(new Set(answers).size, 1, "one question");
  const [routes] = answers;
  assert.deepEqual([...(routes?.numbers.keys() ?? [])], ["11", "12", "13"]);
  assert.equal(routes?.accounts.get("912")?.[0]?.phoneNumberId, "12");
});

test("an answer never is from before it was asked for: who asks during a question has one of their own", async () => {
  await using gate = await holdQuestions();
  const find = createRouteFinder(db);
  const wanted = { wabaIds: [], phoneNumberIds: ["21"] };
  const earlier = find(wanted);
  await gate.untilOneIsHeld();
  await addNumber("21", "route_rows");
  const later = find(wanted);
  await gate.open();
  assert.deepEqual([...(await earlier).numbers.keys()], [], "it had read the table before");
  assert.deepEqual([...(await later).numbers.keys()], ["21"]);
});

/** Lets whoever reads the routes take their snapshot, and wait with it until the gate opens. */
async function holdQuestions() {
  const { owner } = database;
  await sql`alter table whatsapp_number_route rename to route_rows`.execute(owner);
  await sql`create view whatsapp_number_route as
    select route_rows.* from (select pg_advisory_xact_lock_shared(7)) held, route_rows`.execute(owner);
  await sql`grant select on whatsapp_number_route to wardroom_app`.execute(owner);
  const holder = new pg.Client({ connectionString: database.superuserUrl.reveal() });
  await holder.connect();
  await holder.query("select pg_advisory_lock(7)");
  const isHeld = async () => {
    const { rows } = await holder.query("select from pg_locks where locktype = 'advisory' and not granted");
    return rows.length > 0;
  };
  return {
    untilOneIsHeld: () => until(isHeld),
    open: () => holder.query("select pg_advisory_unlock(7)"),
    async [Symbol.asyncDispose]() {
      await holder.end();
      await sql`drop view whatsapp_number_route`.execute(owner);
      await sql`alter table route_rows rename to whatsapp_number_route`.execute(owner);
    },
  };
}

test("a question that fails, fails for everybody who asked it and for nobody who asks later", async () => {
  const find = createRouteFinder(db);
  const wanted = { wabaIds: [], phoneNumberIds: ["11"] };
  await sql`alter table whatsapp_number_route rename to gone`.execute(database.owner);
  const failed = await Promise.allSettled([find(wanted), find(wanted)]);
  assert.deepEqual(
    failed.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await sql`alter table gone rename to whatsapp_number_route`.execute(database.owner);
  assert.ok((await find(wanted)).numbers.has("11"));
});
