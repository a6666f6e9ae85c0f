import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type TemporaryFolder, temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { openLog } from "../log.ts";
import type { Secret } from "../secret.ts";
import { StartFault } from "../start-fault.ts";
import { ROLE_KEYS, ROLES } from "./roles.ts";
import { startPostgres } from "./start-postgres.ts";

const PROGRAM = new URL("../../../tests/support/run-wardroom-postgres.ts", import.meta.url).pathname;
const log = openLog("silent");

async function query(url: Secret<string>, text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client(url.reveal());
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function startElsewhere(dataDir: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(child.stdout);
  await once(child.stdout, "data");
  return child;
}

/** A data folder as a first start and a stop leave it; made once, then copied, since making one takes seconds. */
let made: Promise<TemporaryFolder> | undefined;
async function usedFolder(): Promise<TemporaryFolder> {
  made ??= temporaryFolder().then(async (folder) => {
    await (await startPostgres({ dataDir: folder.path, log })).stop();
    return folder;
  });
  const copy = await temporaryFolder();
  execFileSync("cp", ["-a", `${(await made).path}/.`, copy.path]);
  return copy;
}
after(async () => (await made)?.[Symbol.asyncDispose]());

function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, "postgres/cluster/postmaster.pid"), "utf8"), 10);
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      if (readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")) return;
    } catch {
      return;
    }
    await sleep(10);
  }
}

test("a first start makes a durable, closed database whose four roles log in as themselves", async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, "data");
  const socketDir = join(dataDir, "postgres-socket");
  {
    await using running = await startPostgres({ dataDir, log });

    assert.equal(running.adopted, false);
    assert.match(running.version, /^18\./);
    for (const key of ROLE_KEYS) {
      const rows = await query(
        running.urls[key],
        `select session_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
          has_database_privilege('wardroom', 'connect') as connects,
          has_database_privilege('wardroom', 'temporary') as temporary,
          (select datdba = pg_roles.oid from pg_database where datname = 'wardroom') as owns
        from pg_roles where rolname = session_user`,
      );
      assert.deepEqual(rows, [
        {
          session_user: ROLES[key],
          rolsuper: false,
          rolbypassrls: false,
          rolcreaterole: false,
          rolcreatedb: false,
          connects: true,
          temporary: key === "owner",
          owns: key === "owner",
        },
      ]);
    }
    assert.deepEqual(
      await query(
        running.urls.owner,
        `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit',
          'data_checksums', 'listen_addresses', 'log_error_verbosity', 'log_min_messages', 'log_statement', 'password_encryption', 'server_encoding') order by name`,
      ),
      [
        { name: "data_checksums", setting: "on" },
        { name: "fsync", setting: "on" },
        { name: "full_page_writes", setting: "on" },
        { name: "listen_addresses", setting: "" },
        { name: "log_error_verbosity", setting: "terse" },
        { name: "log_min_messages", setting: "log" },
        { name: "log_statement", setting: "none" },
        { name: "password_encryption", setting: "scram-sha-256" },
        { name: "server_encoding", setting: "UTF8" },
        { name: "synchronous_commit", setting: "on" },
      ],
    );
    assert.equal(statSync(socketDir).mode & 0o777, 0o700);
    assert.equal(statSync(join(dataDir, "postgres-passwords.json")).mode & 0o777, 0o600);
    assert.equal(statSync(dataDir).mode & 0o007, 0);
    await query(running.urls.owner, "create table platform_kept (n integer)");
  }
  assert.ok(!existsSync(socketDir));

  await using again = await startPostgres({ dataDir, log });
  assert.deepEqual(await query(again.urls.owner, "select * from platform_kept"), []);
});

test("nobody comes in without a password", async () => {
  await using folder = await usedFolder();
  await using running = await startPostgres({ dataDir: folder.path, log });
  const host = join(folder.path, "postgres-socket");

  for (const user of [...Object.values(ROLES), "postgres"]) {
    const client = new pg.Client({ host, user, password: "", database: "wardroom" });
    await assert.rejects(client.connect(), /password/i);
  }
  const url = running.urls.app.reveal().replace(/:[0-9a-f]{64}@/, `:${"0".repeat(64)}@`);
  await assert.rejects(new pg.Client(url).connect(), { code: "28P01" });
});

test("after a kill -9 of Wardroom its database is adopted; of both, it recovers; of the database, it comes back", async () => {
  await using folder = await usedFolder();
  const first = await startElsewhere(folder.path);
  const firstPostmaster = postmasterOf(folder.path);
  await kill(first);

  const second = await startPostgres({ dataDir: folder.path, log });
  assert.equal(second.adopted, true);
  assert.equal(postmasterOf(folder.path), firstPostmaster);
  await query(second.urls.owner, "create table platform_kept (n integer)");
  await query(second.urls.owner, "insert into platform_kept values (1)");

  process.kill(firstPostmaster, "SIGKILL");
  await untilGone(firstPostmaster);
  let rows: unknown[] | undefined;
  while (rows === undefined) {
    rows = await query(second.urls.owner, "select n from platform_kept").catch(() => undefined);
    await sleep(50);
  }
  assert.deepEqual(rows, [{ n: 1 }]);
  assert.notEqual(postmasterOf(folder.path), firstPostmaster);
  await second.stop();

  const third = await startElsewhere(folder.path);
  const thirdPostmaster = postmasterOf(folder.path);
  await kill(third);
  process.kill(thirdPostmaster, "SIGKILL");
  await using fourth = await startPostgres({ dataDir: folder.path, log });
  assert.equal(fourth.adopted, false);
  assert.deepEqual(await query(fourth.urls.owner, "select n from platform_kept"), [{ n: 1 }]);
});

test("a first start that was interrupted is begun anew, and what it left is removed", async () => {
  await using folder = await temporaryFolder();
  const child = spawn(process.execPath, [PROGRAM, folder.path], { stdio: "ignore" });
  const home = join(folder.path, "postgres");
  const isInitdbWorking = () => {
    try {
      return readdirSync(home).some((name) => readdirSync(join(home, name)).includes("PG_VERSION"));
    } catch {
      return false;
    }
  };
  while (!isInitdbWorking()) await sleep(5);
  await kill(child);
  assert.ok(!readdirSync(home).includes("cluster"));

  await using running = await startPostgres({ dataDir: folder.path, log });
  assert.deepEqual(await query(running.urls.app, "select 1 as n"), [{ n: 1 }]);
});

test("a second Wardroom on the folder is told who has it, and the first is not disturbed", async () => {
  await using folder = await usedFolder();
  const first = await startElsewhere(folder.path);
  const postmaster = postmasterOf(folder.path);

  await assert.rejects(startPostgres({ dataDir: folder.path, log }), (error) => {
    assert.ok(error instanceof StartFault);
    assert.equal(
      error.message,
      `Another Wardroom (process ${first.pid}) is using the data folder ${folder.path}.`,
    );
    return true;
  });
  assert.equal(postmasterOf(folder.path), postmaster);
  await kill(first);
  await using running = await startPostgres({ dataDir: folder.path, log });
  assert.equal(running.adopted, true);
});

test("data of another major version, lost passwords and foreign passwords are each told apart and left alone", async () => {
  await using folder = await usedFolder();
  const start = () => startPostgres({ dataDir: folder.path, log });
  const versionFile = join(folder.path, "postgres/cluster/PG_VERSION");
  const passwordFile = join(folder.path, "postgres-passwords.json");
  const passwords = readFileSync(passwordFile, "utf8");

  for (const [path, text, sentence] of [
    [versionFile, "19\n", /written by PostgreSQL 19, and this Wardroom brings PostgreSQL 18/],
    [versionFile, "17\n", /written by PostgreSQL 17, and this Wardroom brings PostgreSQL 18/],
    [passwordFile, "{}", /missing, damaged or open/],
    [passwordFile, passwords.replaceAll(/[0-9a-f]{64}/g, "0".repeat(64)), /refuses our password/],
  ] as const) {
    const before = readFileSync(path, "utf8");
    writeFileSync(path, text);
    await assert.rejects(start(), (error) => error instanceof StartFault && sentence.test(error.message));
    writeFileSync(path, before);
  }
  await using running = await start();
  assert.deepEqual(await query(running.urls.app, "select 1 as n"), [{ n: 1 }]);
});

test("a folder whose path is too long for a socket works all the same", async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, "d".repeat(120));
  mkdirSync(dataDir);

  await using running = await startPostgres({ dataDir, log });
  assert.deepEqual(await query(running.urls.app, "select 1 as n"), [{ n: 1 }]);
});

test("as root, a data folder in a place closed to the database's account is refused with the way out", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("only root runs the database under another account");
  await using folder = await temporaryFolder();
  chmodSync(folder.path, 0o700);

  await assert.rejects(
    startPostgres({ dataDir: join(folder.path, "data"), log }),
    /"wardroom".* cannot reach/,
  );
});

test("PostgreSQL's own log never repeats a value, whatever goes wrong with it", async () => {
  await using folder = await usedFolder();
  const { urls, stop } = await startPostgres({ dataDir: folder.path, log });
  const word = "Zaytuna";
  await query(
    urls.owner,
    "create table platform_words (word text primary key check (length(word) < 20), n integer)",
  );
  await query(urls.owner, "insert into platform_words values ($1, 1)", [word]);
  for (const [statement, values] of [
    ["insert into platform_words values ($1, 1)", [word]],
    ["insert into platform_words values ($1, 1)", [word.repeat(3)]],
    ["insert into platform_words (word, n) values ('x', $1)", [word]],
    [`select '${word}'::integer`, []],
    [`select ${word}`, []],
    [`do $$ begin raise exception '${word}'; end $$`, []],
    [`do $$ begin raise warning '${word}'; end $$; select 1 / 0`, []],
  ] as const) {
    await assert.rejects(query(urls.owner, statement, [...values]));
  }
  await stop();

  const logs = readdirSync(join(folder.path, "postgres/log")).map((name) =>
    join(folder.path, "postgres/log", name),
  );
  const text = [...logs, join(folder.path, "postgres-start.log")]
    .map((path) => readFileSync(path, "utf8"))
    .join("");
  assert.match(text, /database system is ready/);
  assert.ok(!text.toLowerCase().includes(word.toLowerCase()));
});
