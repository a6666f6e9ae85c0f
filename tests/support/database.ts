import { createHash, randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import pg from "pg";
import { openDatabase } from "../../server/platform/database.ts";
import { migrate } from "../../server/platform/migrate.ts";
import { readMigrations } from "../../server/platform/migrations/migration.ts";
import {
  createRoleSql,
  databaseRightsSql,
  ROLE_KEYS,
  ROLES,
  type RoleKey,
} from "../../server/platform/postgres/roles.ts";
import { Secret } from "../../server/platform/secret.ts";
import { CLUSTER_VARIABLE, startTestCluster } from "./test-cluster.ts";

export const MIGRATIONS = new URL("../../db/migrations", import.meta.url).pathname;

export interface TestDatabase<Tables> extends AsyncDisposable {
  /** Connected as the application role, as the program is: row-level security holds. */
  readonly db: Kysely<Tables>;
  /** Connected as the owner of the tables. Forced row-level security holds for it, too. */
  readonly owner: Kysely<Tables>;
  readonly appUrl: Secret<string>;
  readonly ownerUrl: Secret<string>;
  readonly purgerUrl: Secret<string>;
  readonly backupUrl: Secret<string>;
  /** As a superuser: sees every row. For assertions about what is stored, never for the code under test. */
  readonly superuserUrl: Secret<string>;
}

/** The roles of a test server all log in with this. */
const PASSWORD = "test";

/** Any number: test processes that prepare the server at once take turns on it. */
const PREPARATION_LOCK = 7_203_118_846;

/**
 * A fresh, migrated database that vanishes with the scope that asked for it:
 * `await using database = await testDatabase<InboxTables>();`
 *
 * It lives on the server named by TEST_DATABASE_URL (a superuser of a PostgreSQL 15 or later), on the cluster that
 * tools/run-tests.ts started, or else on one that this process starts for itself.
 */
// biome-ignore lint/suspicious/noExplicitAny: a test names the tables it wants to see
export async function testDatabase<Tables = any>(): Promise<TestDatabase<Tables>> {
  return createDatabase(await templateDatabase());
}

/** A fresh database with its roles and rights and nothing in it, for tests of the migrations themselves. */
// biome-ignore lint/suspicious/noExplicitAny: a test names the tables it wants to see
export async function emptyTestDatabase<Tables = any>(): Promise<TestDatabase<Tables>> {
  await onServer((client) => underLock(client, () => ensureRoles(client)));
  return createDatabase("template0");
}

async function createDatabase<Tables>(template: string): Promise<TestDatabase<Tables>> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onServer(async (client) => {
    await client.query(`create database ${name} template ${template}`);
    for (const statement of databaseRightsSql(name)) await client.query(statement);
  });

  const urlOf = async (key: RoleKey) => new Secret(await urlFor(name, ROLES[key]));
  const appUrl = await urlOf("app");
  const ownerUrl = await urlOf("owner");
  const db = open<Tables>(appUrl);
  const owner = open<Tables>(ownerUrl);
  return {
    db,
    owner,
    appUrl,
    ownerUrl,
    purgerUrl: await urlOf("purger"),
    backupUrl: await urlOf("backup"),
    superuserUrl: new Secret(await urlFor(name, undefined)),
    async [Symbol.asyncDispose]() {
      await Promise.all([db.destroy(), owner.destroy()]);
      // Not "with (force)": a connection that the test leaked should fail it, after PostgreSQL's 5 s of grace.
      await onServer((client) => client.query(`drop database ${name}`));
    },
  };
}

function open<Tables>(url: Secret<string>): Kysely<Tables> {
  return openDatabase<Tables>({ url, maxConnections: 4, name: "test", onIdleError: fail });
}

function fail(error: Error): never {
  throw error;
}

/** Migrated once per server and set of migrations, then cloned for every test. */
let template: Promise<string> | undefined;
function templateDatabase(): Promise<string> {
  template ??= prepareTemplate();
  return template;
}

async function prepareTemplate(): Promise<string> {
  const migrations = await readMigrations(MIGRATIONS);
  const digest = createHash("sha256")
    .update(migrations.map(({ checksum }) => checksum).join())
    .digest("hex");
  const name = `wardroom_template_${digest.slice(0, 16)}`;
  await onServer((client) =>
    underLock(client, async () => {
      await ensureRoles(client);
      const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
      if (rowCount === 0) await buildTemplate(client, name);
    }),
  );
  return name;
}

async function buildTemplate(client: pg.Client, name: string): Promise<void> {
  const draft = `${name}_draft`;
  await client.query(`drop database if exists ${draft}`);
  await client.query(`create database ${draft} template template0 encoding 'UTF8'`);
  for (const statement of databaseRightsSql(draft)) await client.query(statement);
  await migrate(new Secret(await urlFor(draft, ROLES.owner)), MIGRATIONS);
  await client.query(`alter database ${draft} rename to ${name}`);
}

async function ensureRoles(client: pg.Client): Promise<void> {
  for (const key of ROLE_KEYS) {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1", [ROLES[key]]);
    if (rowCount === 0) await client.query(createRoleSql(key, PASSWORD));
  }
}

async function underLock(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query("select pg_advisory_lock($1)", [PREPARATION_LOCK]);
  await work();
}

let server: Promise<string> | undefined;
function serverUrl(): Promise<string> {
  const given = process.env["TEST_DATABASE_URL"] ?? process.env[CLUSTER_VARIABLE];
  server ??= given === undefined ? startTestCluster().then(({ url }) => url) : Promise.resolve(given);
  return server;
}

async function urlFor(database: string, role: string | undefined): Promise<string> {
  const url = await serverUrl();
  const path = /^(postgres(?:ql)?:\/\/)(?:([^@/]*)@)?([^/]*)\/([^?]*)(.*)$/.exec(url);
  if (path === null) throw new Error("TEST_DATABASE_URL is not of the form postgres://user@host/database");
  const [, scheme, user, host, , query] = path;
  return `${scheme}${role === undefined ? user : `${role}:${PASSWORD}`}@${host}/${database}${query}`;
}

async function onServer<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(await serverUrl());
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
