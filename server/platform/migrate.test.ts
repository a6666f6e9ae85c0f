import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import { emptyTestDatabase } from "../../tests/support/database.ts";
import { until } from "../../tests/support/until.ts";
import { migrate, requireRoles } from "./migrate.ts";
import { readMigrations } from "./migrations/migration.ts";
import { createRoleSql } from "./postgres/roles.ts";
import { Secret } from "./secret.ts";
import { StartFault } from "./start-fault.ts";

const FIRST = "20260101T0000_platform_first.sql";
const SECOND = "20260102T0000_platform_second.sql";
const THIRD = "20260103T0000_platform_third.sql";

async function folderOf(files: Record<string, string>): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "wardroom-migrations-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test("migrations are applied once, in order of name, also when two programs start at once", async () => {
  await using database = await emptyTestDatabase();
  await using folder = await folderOf({
    [SECOND]: "insert into platform_first values (2);",
    // Long enough for the other one to come by while it runs.
    [FIRST]: "create table platform_first (n integer); select pg_sleep(0.3);",
  });

  const [one, other] = await Promise.all([
    migrate(database.ownerUrl, folder.path),
    migrate(database.ownerUrl, folder.path),
  ]);
  assert.deepEqual([...one.applied, ...other.applied], [FIRST, SECOND]);
  const { rows } = await sql`select n from platform_first`.execute(database.owner);
  assert.deepEqual(rows, [{ n: 2 }]);
});

for (const [where, statement] of [
  ["in a statement of its own", "select 1 / 0"],
  ["when it is noted down", `insert into platform_migration (name, checksum) values ('${SECOND}', '')`],
] as const) {
  test(`a migration that fails ${where} leaves nothing of itself and keeps those before it`, async () => {
    await using database = await emptyTestDatabase();
    await using folder = await folderOf({
      [FIRST]: "create table platform_first (n integer);",
      [SECOND]: `create table platform_second (n integer); ${statement};`,
    });

    await assert.rejects(migrate(database.ownerUrl, folder.path), /20260102T0000_platform_second.sql failed/);
    const { rows } = await sql`
    select (select array_agg(name) from platform_migration) as applied, to_regclass('platform_second') as second
  `.execute(database.owner);
    assert.deepEqual(rows, [{ applied: [FIRST], second: null }]);
  });
}

for (const [title, files, sentence] of [
  ["an edited file", { [FIRST]: "select 2;", [SECOND]: "select 1;" }, /first.sql was changed after/],
  ["a missing file", { [SECOND]: "select 1;" }, /first.sql, but its file is missing/],
  ["a schema newer than the program", { [FIRST]: "select 1;" }, /a newer Wardroom \(it knows 20260102T0000/],
] as const) {
  test(`${title} is refused in a sentence, before anything new is applied`, async () => {
    await using database = await emptyTestDatabase();
    await using before = await folderOf({ [FIRST]: "select 1;", [SECOND]: "select 1;" });
    await migrate(database.ownerUrl, before.path);
    const added =
      "sentence" in files || title === "a schema newer than the program" ? {} : { [THIRD]: "select 1;" };
    await using after = await folderOf({ ...files, ...added });

    await assert.rejects(migrate(database.ownerUrl, after.path), (error) => {
      assert.ok(error instanceof StartFault);
      assert.match(error.message, sentence);
      return true;
    });
    const { rows } = await sql`select name from platform_migration order by name`.execute(database.owner);
    assert.deepEqual(rows, [{ name: FIRST }, { name: SECOND }]);
  });
}

const INDEX = `-- wardroom: index
-- For nobody.
create index concurrently platform_first_idx on platform_first (n);
`;

test("an index is built beside a transaction that writes, and a second program that waits holds it up no more", async () => {
  await using database = await emptyTestDatabase();
  await using folder = await folderOf({
    [FIRST]: "create table platform_first (n integer);",
    [SECOND]: INDEX,
  });
  await using first = await folderOf({ [FIRST]: "create table platform_first (n integer);" });
  await migrate(database.ownerUrl, first.path);
  const [one, other] = [await owner(database), await owner(database)];
  await one.query("begin; insert into platform_first values (1)");

  const told: string[] = [];
  const onProgress = ({ step }: { step: string }) => void told.push(step);
  const programs = [1, 2].map(() => migrate(database.ownerUrl, folder.path, { onProgress }));
  // The index is begun, and waits for the transaction; the second program has found that it has to wait.
  await until(async () => told.includes("waiting") && (await stateOfIndex(other)) === "half");
  await other.query("insert into platform_first values (2)");
  await one.query("commit");

  const applied = (await Promise.all(programs)).flatMap((done) => done.applied);
  assert.deepEqual(applied, [SECOND]);
  assert.equal(await stateOfIndex(other), "whole");
  for (const client of [one, other]) await client.end();
});

for (const [left, statements] of [
  ["half an index", ["create unique index concurrently platform_first_idx on platform_first (n)"]],
  ["a whole index that was not noted", ["delete from platform_first", INDEX]],
  ["nothing", []],
] as const) {
  test(`a crash that left ${left} is mended at the next start`, async () => {
    await using database = await emptyTestDatabase();
    await using before = await folderOf({ [FIRST]: "create table platform_first (n integer);" });
    await using after = await folderOf({
      [FIRST]: "create table platform_first (n integer);",
      [SECOND]: INDEX,
    });
    await migrate(database.ownerUrl, before.path);
    const client = await owner(database);
    await client.query("insert into platform_first values (1), (1)");
    const { checksum = "" } = (await readMigrations(after.path))[1] ?? {};
    await client.query("insert into platform_migration (name, checksum, finished) values ($1, $2, false)", [
      SECOND,
      checksum,
    ]);
    // A unique index over equals fails in the middle and stays as half of one, as after a crash.
    for (const statement of statements) await client.query(statement).catch(() => undefined);

    assert.deepEqual((await migrate(database.ownerUrl, after.path)).applied, [SECOND]);
    assert.equal(await stateOfIndex(client), "whole");
    assert.deepEqual((await migrate(database.ownerUrl, after.path)).applied, []);
    await client.end();
  });
}

test("a change of a table that somebody reads for long steps back, so that others can read it, too", async () => {
  await using database = await emptyTestDatabase();
  await using before = await folderOf({ [FIRST]: "create table platform_first (n integer);" });
  await using after = await folderOf({
    [FIRST]: "create table platform_first (n integer);",
    [SECOND]: "alter table platform_first add column m integer;",
  });
  await migrate(database.ownerUrl, before.path);
  const [reader, other] = [await owner(database), await owner(database)];
  await reader.query("begin; select from platform_first");

  const migrating = migrate(database.ownerUrl, after.path, { lockTimeoutMs: 50 });
  await other.query("set lock_timeout = 5000");
  const waiting = "select from pg_locks where relation = 'platform_first'::regclass and not granted";
  await until(async () => (await other.query(waiting)).rowCount === 1);
  await other.query("select from platform_first");
  await reader.query("commit");
  assert.deepEqual((await migrating).applied, [SECOND]);
  for (const client of [reader, other]) await client.end();
});

test("a backfill changes the rows of every workspace once, and those that came behind it as well", async () => {
  await using database = await emptyTestDatabase();
  const [one, other] = ["11111111-1111-7111-8111-111111111111", "22222222-2222-7222-8222-222222222222"];
  const table = `
    create procedure platform_isolate(target regclass) language plpgsql as $$ begin
      execute format('alter table %s enable row level security', target);
      execute format('alter table %s force row level security', target);
      execute format('create policy own on %s using (workspace_id::text = current_setting(''app.workspace'', true))', target);
    end $$;
    create table platform_first (workspace_id uuid, n integer, changed integer not null default 0);
    call platform_isolate('platform_first');`;
  // The first batch brings a row that an older node wrote meanwhile, before the place that the batch has reached.
  const backfill = `-- wardroom: backfill
-- scopes
select unnest(array['${one}', '${other}']);
-- batch
with late as (
  insert into platform_first select current_setting('app.workspace')::uuid, 0 where $1 = '' and
    (select count(*) from platform_first) = 5000
), batch as (
  select n from platform_first where n > coalesce(nullif($1, ''), '-1')::integer and changed = 0 order by n limit $2
), done as (
  update platform_first f set changed = changed + 1 from batch where batch.n = f.n returning f.n
) select max(n)::text as reached, count(*) as changed from done;
-- left
select count(*) from platform_first where changed = 0;
`;
  await using folder = await folderOf({ [FIRST]: table, [SECOND]: backfill });
  await using first = await folderOf({ [FIRST]: table });
  await migrate(database.ownerUrl, first.path);
  const client = new pg.Client(database.superuserUrl.reveal());
  await client.connect();
  for (const workspace of [one, other])
    await client.query("insert into platform_first select $1::uuid, n from generate_series(1, 5000) n", [
      workspace,
    ]);

  const told: unknown[] = [];
  await migrate(database.ownerUrl, folder.path, { onProgress: (progress) => void told.push(progress) });
  const { rows } = await client.query("select changed, count(*)::int as rows from platform_first group by 1");
  assert.deepEqual(rows, [{ changed: 1, rows: 10_002 }]);
  assert.deepEqual(told.at(-1), {
    ...{ step: "applying", name: SECOND, number: 1, of: 1 },
    rows: { done: 10_002, total: 10_000 },
  });
  await client.end();
});

test("a backfill that leaves rows behind says how many, and is not taken for done", async () => {
  await using database = await emptyTestDatabase();
  await using folder = await folderOf({
    [FIRST]: "create table platform_first (n integer);",
    [SECOND]:
      "-- wardroom: backfill\n-- scopes\nselect 'one';\n-- batch\nselect null as reached, 0 as changed where $1 = '' and $2 > 0;\n-- left\nselect 3;\n",
  });
  await assert.rejects(
    migrate(database.ownerUrl, folder.path),
    (error: Error) =>
      /goes on at the next start/.test(error.message) &&
      /3 rows of one are left/.test((error.cause as Error).message),
  );
  const { rows } = await sql`select name, finished from platform_migration order by name`.execute(
    database.owner,
  );
  assert.deepEqual(rows, [
    { name: FIRST, finished: true },
    { name: SECOND, finished: false },
  ]);
});

for (const [what, text] of [
  ["a kind that nobody knows", "-- wardroom: magic\nselect 1;"],
  ["two statements beside an index", `${INDEX}select 1;`],
  ["an index that locks its table", "-- wardroom: index\ncreate index platform_idx on platform_first (n);"],
  ["a backfill without its count", "-- wardroom: backfill\n-- scopes\nselect 1;\n-- batch\nselect 1;\n"],
] as const) {
  test(`a migration with ${what} is a fault of the release`, async () => {
    await using folder = await folderOf({ [FIRST]: text });
    await assert.rejects(readMigrations(folder.path), /20260101T0000_platform_first.sql: /);
  });
}

async function owner({ ownerUrl }: { readonly ownerUrl: Secret<string> }): Promise<pg.Client> {
  const client = new pg.Client(ownerUrl.reveal());
  await client.connect();
  return client;
}

async function stateOfIndex(client: pg.Client): Promise<"absent" | "half" | "whole"> {
  const { rows } = await client.query(
    "select indisvalid as valid from pg_index where indexrelid = to_regclass('platform_first_idx')",
  );
  if (rows[0] === undefined) return "absent";
  return rows[0].valid ? "whole" : "half";
}

test("a database that cannot be used is named in a sentence that keeps its address to itself", async () => {
  await using database = await emptyTestDatabase();
  await using folder = await folderOf({ [FIRST]: "select 1;" });
  const url = database.ownerUrl.reveal();
  for (const [address, sentence] of [
    [url.replace(/\/test_\w+/, "/absent"), /no such database \(3D000\)/],
    ["postgres://wardroom_owner:hunter2@127.0.0.1:1/wardroom", /cannot be reached \(ECONNREFUSED\)/],
    [
      "postgres://wardroom_owner:hunter2@absent.invalid/wardroom",
      /no address \(ENOTFOUND\)|cannot be reached/,
    ],
  ] as const) {
    await assert.rejects(migrate(new Secret(address), folder.path), (error) => {
      assert.ok(error instanceof StartFault);
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message + error.fix, /hunter2|absent/);
      return true;
    });
  }
});

test("roles that are missing are created without a login, or asked for with the statements that make them", async () => {
  await using database = await emptyTestDatabase();
  await using folder = await folderOf({ [FIRST]: "select 1;" });
  const superuser = new pg.Client(database.superuserUrl.reveal());
  await superuser.connect();
  try {
    // The roles are the whole cluster's: other tests must never see one missing.
    await superuser.query("begin");
    await superuser.query("alter role wardroom_backup rename to wardroom_backup_away");
    await requireRoles(superuser);
    const { rows } = await superuser.query(
      "select rolcanlogin from pg_roles where rolname = 'wardroom_backup'",
    );
    assert.deepEqual(rows, [{ rolcanlogin: false }]);
    await superuser.query("rollback");

    await superuser.query("begin");
    await superuser.query("alter role wardroom_backup rename to wardroom_backup_away");
    await superuser.query("set local session authorization wardroom_owner");
    await assert.rejects(requireRoles(superuser), (error) => {
      assert.ok(error instanceof StartFault);
      assert.match(error.message, /no role wardroom_backup, and we may not create roles/);
      assert.ok(error.fix.endsWith(`run: ${createRoleSql("backup", undefined)}`));
      return true;
    });
    await superuser.query("rollback");
  } finally {
    await superuser.end();
  }
  assert.deepEqual((await migrate(database.ownerUrl, folder.path)).applied, [FIRST]);
});
