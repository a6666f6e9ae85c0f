import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import { emptyTestDatabase } from "../../tests/support/database.ts";
import { migrate, requireRoles } from "./migrate.ts";
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
