import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import pg from "pg";
import { readConfig } from "../../server/config/config.ts";
import { createAuthority } from "../../server/platform/tls/local-authority.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { runWardroom } from "../../tests/support/running-wardroom.ts";
import { temporaryFolder } from "../../tests/support/temporary-folder.ts";
import { checkCertificate } from "./check-certificate.ts";
import { checkDatabase, clockFinding } from "./check-database.ts";
import { checkFiles } from "./check-files.ts";
import { checkCallback, checkNumbers } from "./check-numbers.ts";
import type { Finding } from "./finding.ts";

const NOW = new Date("2026-11-23T09:00:00Z");
const DAY_MS = 24 * 60 * 60 * 1000;
const NAMES = ["desk.example.com", "127.0.0.1", "::1"];
const stateOf = (findings: readonly Finding[], check: string) =>
  findings.find((finding) => finding.check === check)?.state;

test("a clock is looked at from 2 seconds on and wrong from 20, in either direction", () => {
  for (const [seconds, state] of [
    [1.9, "ok"],
    [-1.9, "ok"],
    [2, "attention"],
    [-19.9, "attention"],
    [20, "failing"],
    [-20, "failing"],
  ] as const) {
    assert.equal(clockFinding("clock", "the database's", seconds).state, state, String(seconds));
  }
});

test("a callback is judged by what Meta needs, and only when there is a number at Meta", () => {
  const at = (url: string | undefined) =>
    readConfig({ WARDROOM_DATA_DIR: "/nowhere", WARDROOM_PUBLIC_URL: url });
  const heard = { lastWebhookAt: NOW };
  assert.equal(checkCallback(at(undefined), []).state, "ok");
  assert.equal(checkCallback(at(undefined), [heard]).state, "failing");
  assert.equal(checkCallback(at("https://192.168.1.4"), [heard]).state, "failing");
  assert.equal(checkCallback(at("https://desk.example.com:8443"), [heard]).state, "attention");
  assert.equal(checkCallback(at("https://desk.example.com"), [{ lastWebhookAt: null }]).state, "attention");
  assert.equal(checkCallback(at("https://desk.example.com"), [heard]).state, "ok");
});

test("a certificate is looked at before it ends, and fails for another name or after its end", async () => {
  await using folder = await temporaryFolder();
  const authority = await createAuthority(NAMES, NOW);
  const { certificate, key } = await authority.issue(NAMES);
  const [certPath, keyPath] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")];
  await writeFile(certPath, certificate);
  await writeFile(keyPath, key.reveal(), { mode: 0o600 });
  const look = (host: string, at: Date) =>
    checkCertificate(
      readConfig({
        WARDROOM_DATA_DIR: folder.path,
        WARDROOM_PUBLIC_URL: `https://${host}`,
        WARDROOM_TLS_CERT: certPath,
        WARDROOM_TLS_KEY: keyPath,
      }),
      at,
    );
  const good = await look("desk.example.com", NOW);
  assert.equal(good.state, "ok");
  const days = Number(/valid for (\d+) more days/.exec(good.sentence)?.[1]);
  const inDays = (count: number) => new Date(NOW.getTime() + count * DAY_MS);
  assert.equal((await look("desk.example.com", inDays(days - 21))).state, "ok");
  assert.equal((await look("desk.example.com", inDays(days - 20))).state, "attention");
  assert.equal((await look("desk.example.com", inDays(days + 1))).state, "failing");
  assert.equal((await look("other.example.com", NOW)).state, "failing");
});

test("a key that others can read, or that lies among the data, is failing with its fix", async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, "data");
  await mkdir(data, { mode: 0o700 });
  const lookWith = async (file: string) =>
    (await checkFiles(readConfig({ WARDROOM_DATA_DIR: data, WARDROOM_ROOT_KEY_FILE: file }), NOW)).find(
      ({ check }) => check === "key file",
    );
  const outside = join(folder.path, "root.key");
  await writeFile(outside, "{}", { mode: 0o600 });
  assert.equal((await lookWith(outside))?.state, "ok");
  await chmod(outside, 0o640);
  const open = await lookWith(outside);
  assert.equal(open?.state, "failing");
  assert.match(open?.fix ?? "", /chmod 600/);
  const inside = join(data, "root.key");
  await writeFile(inside, "{}", { mode: 0o600 });
  assert.equal((await lookWith(inside))?.state, "failing");
});

test("the database is asked for its version, its schema and its time", async () => {
  await using database = await testDatabase();
  const facts = { builtIn: undefined, now: () => new Date() };
  const states = (findings: readonly Finding[]) => findings.map(({ state }) => state);
  assert.deepEqual(states(await checkDatabase(database.db, facts)), ["ok", "ok", "ok"]);

  const builtIn = await checkDatabase(database.db, { ...facts, builtIn: "18.4" });
  assert.equal(stateOf(builtIn, "database"), "attention");
  const late = await checkDatabase(database.db, { ...facts, now: () => new Date(Date.now() - 60_000) });
  assert.equal(stateOf(late, "clock"), "failing");

  await changeAsOwner(database.ownerUrl.reveal(), "delete from platform_migration where name like '%inbox%'");
  assert.equal(
    stateOf(await checkDatabase(database.db, facts), "schema"),
    "attention",
    "one is to be applied",
  );
  await changeAsOwner(
    database.ownerUrl.reveal(),
    "insert into platform_migration (name, checksum) values ('20991231T0000_inbox_later.sql', 'x')",
  );
  assert.equal(stateOf(await checkDatabase(database.db, facts), "schema"), "failing", "of a newer program");
});

test("each connected number's token is tried, and a number that has stopped sending is failing", async () => {
  await using running = await runWardroom();
  const check = `number ${running.made.number?.id}`;
  assert.equal(stateOf(await checkNumbers(running.wardroom, running.config), check), "ok");

  const client = new pg.Client(running.database.superuserUrl.reveal());
  await client.connect();
  await client.query(
    "update whatsapp_number set sending_stopped = 'token_invalid', sending_stopped_at = now()",
  );
  await client.end();
  const findings = await checkNumbers(running.wardroom, running.config);
  assert.equal(stateOf(findings, check), "failing");
  assert.match(findings.find((finding) => finding.check === check)?.sentence ?? "", /token_invalid/);
});

async function changeAsOwner(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}
