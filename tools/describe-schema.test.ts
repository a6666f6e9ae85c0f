import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import pg from "pg";
import type { Secret } from "../server/platform/secret.ts";
import { emptyTestDatabase, testDatabase } from "../tests/support/database.ts";
import { describeSchema } from "./describe-schema.ts";

async function withClient<Result>(
  url: Secret<string>,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(url.reveal());
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test("db/schema.sql is what the migrations make; node bin/pinned-node.mjs tools/dump-schema.ts writes it", async () => {
  await using database = await testDatabase();
  const written = readFileSync(new URL("../db/schema.sql", import.meta.url), "utf8");
  assert.equal(written, await withClient(database.ownerUrl, describeSchema));
});

test("every kind of change to the schema shows in its text", async () => {
  await using database = await emptyTestDatabase();
  await withClient(database.ownerUrl, async (client) => {
    await client.query("create table inbox_thing (workspace_id uuid not null, n integer check (n > 0))");
    let before = await describeSchema(client);
    for (const change of [
      "alter table inbox_thing add column text text",
      "alter table inbox_thing alter column text set default 'x'",
      "alter table inbox_thing alter column text type varchar(10)",
      "alter table inbox_thing add primary key (workspace_id)",
      "alter table inbox_thing drop constraint inbox_thing_n_check",
      "alter table inbox_thing alter column n set not null",
      "alter table inbox_thing enable row level security",
      "alter table inbox_thing force row level security",
      "create policy p on inbox_thing using (true)",
      "alter policy p on inbox_thing using (n = 1)",
      "create index inbox_thing_idx on inbox_thing (n) where n > 1",
      "grant select on inbox_thing to wardroom_app",
      "grant update (n) on inbox_thing to wardroom_purger",
      "create function inbox_f() returns trigger language plpgsql as 'begin return new; end'",
      "revoke all on function inbox_f() from public",
      "alter function inbox_f() security definer",
      "create trigger t before insert on inbox_thing for each row execute function inbox_f()",
      "create schema vault",
      "grant usage on schema vault to wardroom_app",
      "create table vault.thing (id bigint generated always as identity)",
      "create view inbox_view as select n from inbox_thing",
      "create sequence inbox_sequence",
      "alter table inbox_thing owner to wardroom_owner, add column more integer",
    ]) {
      await client.query(change);
      const after = await describeSchema(client);
      assert.notEqual(after, before, change);
      before = after;
    }
    assert.equal(await describeSchema(client), before);
  });
});
