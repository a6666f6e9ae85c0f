import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { askServer } from "../../cli/ask-server.ts";
import { watchMigration } from "../../cli/watch-migration.ts";
import { compose } from "../../server/compose.ts";
import { readConfig } from "../../server/config/config.ts";
import { migrate } from "../../server/platform/migrate.ts";
import { describeSchema } from "../../tools/describe-schema.ts";
import { captureLog } from "../support/captured-log.ts";
import { emptyTestDatabase, MIGRATIONS, type TestDatabase } from "../support/database.ts";
import { freePort } from "../support/free-port.ts";
import { rounds } from "../support/rounds.ts";
import { storeMessages } from "../support/stored-messages.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const ROOT = join(import.meta.dirname, "../..");
const CHILD = join(import.meta.dirname, "../support/migrate-child.ts");
const NEXT = join(import.meta.dirname, "../support/next-schema");
const GATE = join(import.meta.dirname, "../support/next-schema-gate.sql");

/** The schema of the first release. Its files are never edited, and every later release starts from it. */
const FIRST_RELEASE = [
  "20261123T0900_platform_base.sql",
  "20261123T0910_audit_event.sql",
  "20261123T0920_vault_keys.sql",
  "20261123T0930_identity_people.sql",
  "20261123T0940_whatsapp_channel.sql",
  "20261123T0950_inbox_conversation.sql",
];

const MESSAGES = rounds({ short: 30_000, whole: 1_000_000 });
const KILLS = rounds({ short: 6, whole: 40 });
const WORKSPACES = 3;

/** Progress that a killed program has told at the most: a backfill of this size tells it once a batch. */
const LINES = 4 + MESSAGES / 2_000;

/** Folders as releases have them: the first one, this one, and the one to come. */
async function releases(): Promise<TemporaryFolder & { first: string; next: string }> {
  const folder = await temporaryFolder();
  const [first, next] = [join(folder.path, "first"), join(folder.path, "next")];
  for (const path of [first, next]) mkdirSync(path);
  for (const name of FIRST_RELEASE) cpSync(join(MIGRATIONS, name), join(first, name));
  for (const from of [MIGRATIONS, NEXT]) cpSync(from, next, { recursive: true });
  return Object.assign(folder, { first, next });
}

async function asSuperuser<Row extends pg.QueryResultRow>(
  { superuserUrl }: TestDatabase<never>,
  statement: string,
): Promise<Row[]> {
  const client = new pg.Client(superuserUrl.reveal());
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Runs the migrating program; with `killAfter`, kill -9 once it has told so much and a random moment more. */
async function runMigration(
  database: TestDatabase<never>,
  folder: string,
  killAfter: number = Number.POSITIVE_INFINITY,
): Promise<"done" | "killed"> {
  const child = spawn(process.execPath, [CHILD, database.ownerUrl.reveal(), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"step":"done"')) break;
    lines += 1;
    if (lines < killAfter) continue;
    await sleep(Math.random() * 30);
    child.kill("SIGKILL");
    break;
  }
  const [code, signal] = await ended;
  if (signal === "SIGKILL") return "killed";
  assert.equal(code, 0);
  return "done";
}

test("an upgrade of the first release's schema that is killed again and again loses no message and changes none twice", async (t) => {
  await using folders = await releases();
  await using database = await emptyTestDatabase<never>();
  await migrate(database.ownerUrl, folders.first);
  await storeMessages(database.superuserUrl, { messages: MESSAGES, workspaces: WORKSPACES });
  const [before] = await asSuperuser<{ messages: number }>(database, SUM_OF_MESSAGES);
  assert.ok(before !== undefined && before.messages >= MESSAGES);

  const begun = performance.now();
  let kills = 0;
  for (; kills < KILLS; kills += 1) {
    const killAfter = Math.ceil((Math.random() * 2 * LINES) / KILLS);
    if ((await runMigration(database, folders.next, killAfter)) === "done") break;
  }
  assert.ok(kills > 2, `${kills} kills hit it`);
  await runMigration(database, folders.next);
  const seconds = (performance.now() - begun) / 1000;

  const [after] = await asSuperuser(database, SUM_OF_MESSAGES);
  assert.deepEqual(after, before);
  assert.deepEqual(
    await asSuperuser(database, "select touched, count(*)::int as rows from inbox_message group by 1"),
    [{ touched: 1, rows: before.messages }],
  );
  assert.deepEqual(await asSuperuser(database, "select name from platform_migration where not finished"), []);
  assert.deepEqual(await asSuperuser(database, "select * from platform_backfill"), []);
  assert.deepEqual(
    await asSuperuser(
      database,
      "select indisvalid as valid from pg_index where indexrelid = 'inbox_message_touched_idx'::regclass",
    ),
    [{ valid: true }],
  );
  t.diagnostic(`${before.messages} messages, ${kills} kills, ${seconds.toFixed(1)} s in all`);
});

const SUM_OF_MESSAGES = `
  select count(*)::int as messages, count(distinct workspace_id)::int as workspaces,
    sum(hashtextextended(id::text || encode(body_sealed, 'hex') || position, 0)) as content
  from inbox_message`;

test("whoever waits for a message is served while an upgrade goes through all of them", async (t) => {
  await using folders = await releases();
  await using database = await emptyTestDatabase<never>();
  await migrate(database.ownerUrl, folders.first);
  await storeMessages(database.superuserUrl, { messages: MESSAGES, workspaces: WORKSPACES });
  const other = new pg.Client(database.superuserUrl.reveal());
  await other.connect();

  const { rows: some } = await other.query(
    "select workspace_id, id from inbox_message order by wamid_hash limit 1000",
  );
  let isOver = false;
  const upgrade = runMigration(database, folders.next).finally(() => {
    isOver = true;
  });
  const waits: number[] = [];
  while (!isOver) {
    const { workspace_id, id } = some[waits.length % some.length];
    const begun = performance.now();
    await other.query("update inbox_message set delivered_at = now() where workspace_id = $1 and id = $2", [
      workspace_id,
      id,
    ]);
    waits.push(performance.now() - begun);
    await sleep(2);
  }
  await upgrade;
  await other.end();
  const worst = Math.max(...waits);
  t.diagnostic(`${waits.length} writes meanwhile, the slowest waited ${worst.toFixed(0)} ms`);
  assert.ok(worst < 2_000, `a write waited ${worst.toFixed(0)} ms`);
});

test("an upgrade is seen: /healthz lives, /readyz and webhooks are 503 until it is through, doctor and terminal say how far", async () => {
  await using folders = await releases();
  cpSync(GATE, join(folders.next, "20990101T0005_inbox_gate.sql"));
  await using database = await emptyTestDatabase<never>();
  await migrate(database.ownerUrl, folders.first);
  await storeMessages(database.superuserUrl, { messages: 6_000, workspaces: WORKSPACES });
  const gate = new pg.Client(database.superuserUrl.reveal());
  await gate.connect();
  await gate.query("select pg_advisory_lock(7)");
  const config = readConfig({
    WARDROOM_DATA_DIR: join(folders.path, "data"),
    WARDROOM_ROOT_KEY_FILE: join(folders.path, "key", "root.key"),
    WARDROOM_PORT: String(await freePort()),
    WARDROOM_SIMULATOR_PORT: String(await freePort()),
    DATABASE_URL: database.appUrl.reveal(),
    WARDROOM_OWNER_DATABASE_URL: database.ownerUrl.reveal(),
  });
  const captured = captureLog("info");
  const said: string[] = [];
  const composing = compose({
    ...{ config, log: captured.log, migrations: folders.next },
    watchMigration: (dataFolder) =>
      watchMigration({ dataFolder, log: captured.log, say: (line) => void said.push(line) }),
  });
  composing.catch(() => undefined);
  await until(async () => said.some((line) => line.includes("20990101T0005")));

  assert.deepEqual(await ask(config.port, "GET", "/healthz"), { status: 200, code: undefined });
  assert.deepEqual(await ask(config.port, "GET", "/readyz"), { status: 503, code: "platform.migrating" });
  assert.deepEqual(await ask(config.port, "POST", "/webhooks/whatsapp/1"), {
    ...{ status: 503, code: "platform.migrating" },
  });
  const findings = await askServer(config, "doctor");
  assert.deepEqual(findings, [
    {
      check: "schema",
      state: "attention",
      sentence: said.at(-1),
      fix: "Wait until it is through; stopped, it goes on at the next start.",
    },
  ]);
  await assert.rejects(askServer(config, "setup", {}), /Wardroom refused: platform\.migrating/);
  await gate.end();
  {
    await using wardroom = await composing;
    void wardroom;
    assert.deepEqual(await ask(config.port, "GET", "/readyz"), { status: 200, code: undefined });
  }
  assert.match(
    said.join("\n"),
    /^Bringing the database up to date: \d+ of \d+ \(20990101T0010_inbox_touch_messages\.sql\)\.$/m,
  );
  assert.match(captured.text(), /the database is being brought up to date/);
});

/** As a load balancer or Meta would; the certificate is looked at elsewhere. */
function ask(
  port: number,
  method: string,
  path: string,
): Promise<{ status: number | undefined; code: unknown }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "localhost", port, method, path, rejectUnauthorized: false, agent: false });
    call.on("error", reject);
    call.on("response", async (response) => {
      let body = "";
      for await (const piece of response) body += piece;
      const isProblem = response.headers["content-type"] === "application/problem+json";
      resolve({ status: response.statusCode, code: isProblem ? JSON.parse(body).code : undefined });
    });
    call.end();
  });
}

test("the older program refuses the newer schema with its sentence and exit code, and changes nothing", async () => {
  await using folders = await releases();
  await using database = await emptyTestDatabase<never>();
  await migrate(database.ownerUrl, folders.next);
  for (const begun of ["finished", "only begun"] as const) {
    if (begun === "only begun") await forgetAllButTheBegun(database, folders.next);
    const before = await snapshot(database);
    const older = await startOlder(database, folders.path);
    assert.match(
      older.output,
      /The database was already used by a newer Wardroom \(it knows 20990101T00[0-3]0_inbox_/,
    );
    assert.match(older.output, /Start that newer version, or restore a backup made before the update\./);
    assert.equal(older.code, 1);
    assert.deepEqual(await snapshot(database), before);
  }
});

/** As if the new release had been killed in its first backfill. */
async function forgetAllButTheBegun(database: TestDatabase<never>, next: string): Promise<void> {
  const begun = "20990101T0010_inbox_touch_messages.sql";
  assert.ok(readdirSync(next).includes(begun));
  await asSuperuser(
    database,
    `delete from platform_migration where name like '2099%' and name <> '${begun}'`,
  );
  await asSuperuser(database, `update platform_migration set finished = false where name = '${begun}'`);
}

async function snapshot(database: TestDatabase<never>): Promise<string> {
  const client = new pg.Client(database.superuserUrl.reveal());
  await client.connect();
  try {
    const { rows } = await client.query("select m::text from platform_migration m order by name");
    return `${await describeSchema(client)}${JSON.stringify(rows)}`;
  } finally {
    await client.end();
  }
}

/** This program, as people start it, on a database that a newer one has changed. */
async function startOlder(
  database: TestDatabase<never>,
  folder: string,
): Promise<{ code: number; output: string }> {
  const data = join(folder, "data");
  const child = spawn(join(ROOT, "wardroom"), ["start"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      WARDROOM_DATA_DIR: data,
      WARDROOM_ROOT_KEY_FILE: join(folder, "root.key"),
      DATABASE_URL: database.appUrl.reveal(),
      WARDROOM_OWNER_DATABASE_URL: database.ownerUrl.reveal(),
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += text;
    });
  }
  const [code] = await once(child, "exit");
  rmSync(data, { recursive: true, force: true });
  return { code, output };
}
