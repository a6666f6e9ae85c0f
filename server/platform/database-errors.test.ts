import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { testDatabase } from "../../tests/support/database.ts";
import { openDatabase } from "./database.ts";
import { isUnavailable } from "./database-errors.ts";
import { Secret } from "./secret.ts";

async function failureAt(url: string): Promise<unknown> {
  const db = openDatabase<unknown>({
    url: new Secret(url),
    maxConnections: 1,
    name: "test",
    onIdleError: assert.ifError,
  });
  try {
    return await sql`select 1`.execute(db).catch((error: unknown) => error);
  } finally {
    await db.destroy();
  }
}

test("a database that cannot be reached is away, however it is missing", async () => {
  await using database = await testDatabase();
  const places = [
    "postgres://app@no-such-host.invalid:5432/wardroom",
    "postgres://app@127.0.0.1:1/wardroom",
    "postgres://app@/wardroom?host=/no/such/folder",
    database.appUrl.reveal().replace("wardroom_app", "no_such_role"),
  ];
  for (const place of places) {
    const failure = await failureAt(place);
    assert.equal(isUnavailable(failure), true, String(failure));
  }
});

test("what is wrong with a statement is not the database's absence", async () => {
  await using database = await testDatabase();
  for (const statement of ["select 1/0", "select no_such_column", "select '\\x00'::bytea::text::int"]) {
    const failure = await sql
      .raw(statement)
      .execute(database.db)
      .catch((error: unknown) => error);
    assert.equal(failure instanceof Error, true, statement);
    assert.equal(isUnavailable(failure), false, statement);
  }
});
