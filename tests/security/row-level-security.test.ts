import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import pg from "pg";
import type { Secret } from "../../server/platform/secret.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

/**
 * The attacker: a query of ours that forgot its `where`. Every table is walled off by workspace, or named here with
 * the reason why it need not be.
 */
const WITHOUT_A_WALL: ReadonlyMap<string, string> = new Map([
  ["access_deletion_route", "workspaces whose deletion is under way; ids"],
  ["identity_attempt", "before sign-in no workspace is known; keyed hashes and counts"],
  ["identity_device_route", "a device's token leads to it, before a workspace is known; hashes and ids"],
  ["identity_guess_run", "before sign-in no workspace is known; keyed hashes and counts"],
  ["identity_invitation_route", "an invitation's token leads to its workspace; hashes and ids"],
  ["identity_login", "an e-mail's keyed hash leads to the person, before a workspace is known"],
  ["identity_membership_route", "a person's workspaces, before one is chosen; ids"],
  ["identity_scim_token_route", "a directory's token leads to its workspace; hashes and ids"],
  [
    "identity_session",
    "a session token's hash leads to the workspace; ids, times and sealed columns, under a MAC",
  ],
  ["identity_setup", "one row, of the installation; hashes"],
  ["identity_spent_challenge", "answered before sign-in, when no workspace is known; keyed hashes and times"],
  [
    "identity_sso_attempt",
    "the state of a round trip leads to it, before a workspace is known; hashes, ids, and a sealed column under a MAC",
  ],
  ["identity_sso_route", "the address a provider sends people back to leads to the workspace; ids"],
  ["identity_workspace_route", "which workspaces exist; ids"],
  ["platform_backfill", "of the installation: how far a migration has come; ids and counts"],
  ["platform_closed_workspace", "of the installation: workspaces that are deleted; ids"],
  ["platform_lease", "of the installation: names of jobs"],
  ["platform_migration", "of the installation: names of files"],
  ["vault.root_check", "of the installation: proves the root key"],
  ["whatsapp_app_route", "Meta's app id leads to workspaces, before a signature is checked; ids"],
  ["whatsapp_number_route", "a number leads to its workspace, and belongs to one only; ids"],
]);

/** Functions that run with the owner's rights, each reviewed for what a caller could make it do. */
const RUNS_AS_OWNER: ReadonlyMap<string, string> = new Map([
  [
    "access_purge_person(uuid)",
    "removes a person who is a member of no workspace any more, in the installation's scope alone",
  ],
  [
    "access_purge_rows(regclass,integer)",
    "removes rows of the scope's own workspace, while its deletion is under way; never of the log",
  ],
  ["audit_ensure_partition(date)", "makes a day's partition, walled off, within two weeks of today"],
]);

const WALL = "(workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)";

/** Ordinary and partitioned tables of ours. */
const TABLES = `
  select c.oid, c.oid::regclass::text as name, c.relrowsecurity and c.relforcerowsecurity as walled,
    (select count(*)::int from pg_attribute a
      where a.attrelid = c.oid and a.attname = 'workspace_id' and a.attnotnull) as keyed
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^(pg_|information_schema$)' and c.relkind in ('r', 'p')
  order by name`;

interface Table {
  readonly oid: number;
  readonly name: string;
  readonly walled: boolean;
  readonly keyed: number;
}

describe("row-level security", () => {
  let database: TestDatabase<unknown>;
  let superuser: pg.Client;
  let tables: readonly Table[];
  const clients: pg.Client[] = [];

  async function open(url: Secret<string>): Promise<pg.Client> {
    const client = new pg.Client(url.reveal());
    await client.connect();
    clients.push(client);
    return client;
  }

  before(async () => {
    database = await testDatabase<unknown>();
    superuser = await open(database.superuserUrl);
    ({ rows: tables } = await superuser.query<Table>(TABLES));
  });

  after(async () => {
    for (const client of clients) await client.end();
    await database[Symbol.asyncDispose]();
  });

  test("every table has a wall, or a reason to have none", () => {
    const open = tables.filter(({ walled }) => !walled).map(({ name }) => name);
    assert.deepEqual(open, [...WITHOUT_A_WALL.keys()]);
  });

  test("every walled table names its workspace in every row, and the wall is its only policy", async () => {
    const { rows } = await superuser.query(
      `select polrelid::regclass::text as name, polpermissive, polcmd, polroles::oid[]::text as roles,
        pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as check
      from pg_policy order by name`,
    );
    const walled = tables.filter((table) => table.walled);
    assert.deepEqual(
      rows,
      walled.map(({ name }) => ({
        name,
        polpermissive: true,
        polcmd: "*",
        roles: "{0}",
        using: WALL,
        check: WALL,
      })),
    );
    assert.deepEqual(
      walled.filter(({ keyed }) => keyed !== 1),
      [],
    );
  });

  test("nobody but the owner may do what a wall does not stop: truncate, refer to rows, add triggers", async () => {
    const { rows } = await superuser.query(
      `select c.oid::regclass::text as table, pg_get_userbyid(acl.grantee) as role, acl.privilege_type as right
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) as acl
      where n.nspname !~ '^(pg_|information_schema$)' and acl.grantee <> c.relowner
        and (acl.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER') or acl.is_grantable or acl.grantee = 0)`,
    );
    assert.deepEqual(rows, []);
  });

  test("what runs with the owner's rights is known, closed to the public and blind to the caller's search path", async () => {
    const { rows } = await superuser.query<{ name: string; path: boolean; public: boolean }>(
      `select p.oid::regprocedure::text as name,
        exists (select from unnest(p.proconfig) as setting where setting like 'search_path=pg_catalog%') as path,
        exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) where grantee = 0) as public
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname !~ '^(pg_|information_schema$)' and p.prosecdef
      order by name`,
    );
    const known = [...RUNS_AS_OWNER.keys()].map((name) => ({ name, path: true, public: false }));
    assert.deepEqual(rows, known);
    const views = await superuser.query(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname !~ '^(pg_|information_schema$)' and c.relkind in ('v', 'm')
        and not coalesce(c.reloptions::text ~ 'security_invoker=(true|on|1)', false)`,
    );
    assert.deepEqual(views.rows, [], "a view without security_invoker reads with its owner's rights");
  });

  test("in every walled table a workspace sees, changes, removes and adds rows of its own alone", async () => {
    const [ours, theirs] = [randomUUID(), randomUUID()];
    const owner = await open(database.ownerUrl);
    const app = await open(database.appUrl);
    await loosenRules(superuser);
    const partitions = await listPartitions(superuser);

    for (const { name } of tables.filter((table) => table.walled && !partitions.has(table.name))) {
      for (const workspace of [ours, theirs]) await insertRow(superuser, name, workspace);

      await assertWall(owner, name, ours, theirs);
      const { rows } = await superuser.query(
        "select has_table_privilege('wardroom_app', $1, 'select') as may",
        [name],
      );
      if (rows[0].may) await assertSees(app, name, [ours, theirs]);
    }
    assert.ok(tables.filter((table) => table.walled).length > 15);
  });
});

/**
 * The walls are the matter here, not what the rows say: checks, references and triggers go, in this database of ours,
 * so that one row can be made for any table.
 */
async function loosenRules(superuser: pg.Client): Promise<void> {
  const { rows } = await superuser.query<{ statement: string }>(
    `select format('alter table %s drop constraint if exists %I cascade', k.conrelid::regclass, k.conname) as statement
     from pg_constraint k join pg_namespace n on n.oid = k.connamespace
     where n.nspname !~ '^(pg_|information_schema$)' and k.contype in ('c', 'f') and k.coninhcount = 0
     union all
     select format('alter table %s disable trigger user', g.tgrelid::regclass)
     from pg_trigger g where not g.tgisinternal and g.tgparentid = 0`,
  );
  for (const { statement } of rows) await superuser.query(statement);
}

/** Partitions are reached through their table, and hold the rows made through it. */
async function listPartitions(superuser: pg.Client): Promise<Set<string>> {
  const { rows } = await superuser.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits join pg_class on oid = inhrelid where relispartition",
  );
  return new Set(rows.map(({ name }) => name));
}

const SAMPLES: Readonly<Record<string, () => unknown>> = {
  uuid: () => randomUUID(),
  bytea: () => randomBytes(32),
  text: () => randomBytes(8).toString("hex"),
  bigint: () => 1,
  integer: () => 1,
  smallint: () => 1,
  boolean: () => true,
  date: () => "2026-01-01",
  "timestamp with time zone": () => "2026-01-01T00:00:00Z",
  jsonb: () => "{}",
};

async function insertRow(superuser: pg.Client, table: string, workspace: string): Promise<void> {
  const { rows } = await superuser.query<{ name: string; type: string }>(
    `select quote_ident(attname) as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attnotnull
       and attidentity = '' and attgenerated = ''`,
    [table],
  );
  const values = rows.map(({ name, type }) => {
    if (name === "workspace_id") return workspace;
    const sample = type.endsWith("[]") ? () => "{}" : SAMPLES[type];
    assert.ok(sample, `${table}.${name}: say in SAMPLES what a ${type} looks like`);
    return sample();
  });
  const columns = rows.map(({ name }) => name).join(", ");
  const places = values.map((_, index) => `$${index + 1}`).join(", ");
  await superuser.query(`insert into ${table} (${columns}) values (${places})`, values);
}

async function enter(client: pg.Client, workspace: string): Promise<void> {
  await client.query("select set_config('app.workspace', $1, false)", [workspace]);
}

async function countRows(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]!.n;
}

/** Who may read sees one row in each workspace, and none without or in another. */
async function assertSees(client: pg.Client, table: string, workspaces: readonly string[]): Promise<void> {
  for (const workspace of workspaces) {
    await enter(client, workspace);
    const { rows } = await client.query(`select workspace_id from ${table}`);
    assert.deepEqual(rows, [{ workspace_id: workspace }], table);
  }
  for (const nowhere of ["", randomUUID()]) {
    await enter(client, nowhere);
    assert.equal(await countRows(client, table), 0, table);
  }
}

/** Even the owner, who may do everything, is held by the wall: whatever it tries within `ours`, `theirs` is as it was. */
async function assertWall(owner: pg.Client, table: string, ours: string, theirs: string): Promise<void> {
  await assertSees(owner, table, [ours, theirs]);
  await enter(owner, ours);
  const refused = { code: "42501", message: /row-level security/ };
  await owner.query("begin");
  await owner.query("savepoint start");
  await assert.rejects(owner.query(`update ${table} set workspace_id = $1`, [theirs]), refused, table);
  await owner.query("rollback to start");
  const copy = `insert into ${table} overriding system value
    select (jsonb_populate_record(null::${table}, to_jsonb(mine) || jsonb_build_object('workspace_id', $1::uuid))).*
    from ${table} as mine`;
  await assert.rejects(owner.query(copy, [theirs]), refused, table);
  await owner.query("rollback to start");
  const updated = await owner.query(`update ${table} set workspace_id = workspace_id`);
  assert.equal(updated.rowCount, 1, table);
  const removed = await owner.query(`delete from ${table}`);
  assert.equal(removed.rowCount, 1, table);
  await enter(owner, theirs);
  assert.equal(await countRows(owner, table), 1, table);
  await owner.query("rollback");
}
