import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { test } from "node:test";
import { request } from "undici";
import { CommandLine } from "../support/command-line.ts";
import { testDatabase } from "../support/database.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { TestSession, totpCode } from "../support/test-session.ts";

const SETUP = [
  ...["setup", "--json", "--workspace", "Marsa Home", "--time-zone", "Asia/Dubai"],
  ...["--owner", "Huda Salem", "--email", "huda@marsahome.example"],
];

type Finding = { check: string; state: string; sentence: string; fix: string | null };
const stateOf = (findings: readonly Finding[], check: string) =>
  findings.find((finding) => finding.check === check)?.state;

test("set up without a browser, start, ask, stop, start again: all is still there", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);

  const setup = await wardroom.run(SETUP);
  assert.equal(setup.code, 0, setup.stderr);
  const made = setup.json;
  assert.match(made.simulator.phoneLink, /^http:\/\/127\.0\.0\.1:\d+\/phone#/);
  assert.equal(made.number.host, "simulator");

  const login = async (base: string, at: Date) => {
    const session = new TestSession(base, readFileSync(made.certificateAuthority, "utf8"));
    await session.post("/session", { email: made.owner.email, password: made.password });
    await session.post("/session/factor", { totp: totpCode(made.owner.totpSecret, at) });
    return session;
  };
  {
    await using running = await wardroom.start();
    assert.equal(running.ready.setupCode, null, "it is set up");
    const session = await login(`https://localhost:${wardroom.environment["WARDROOM_PORT"]}`, new Date());
    assert.equal((await session.get("/session")).workspace.name, "Marsa Home");
    await session.close();

    const keys = await wardroom.run(["keys", "status", "--json"]);
    assert.equal(keys.json.provider, "file");
    assert.ok(
      keys.json.workspaces.some((each: object) => Reflect.get(each, "workspaceId") === made.workspaceId),
    );

    const doctor = await wardroom.run(["doctor", "--json"]);
    assert.equal(doctor.code, 0, doctor.stdout);
    const { findings } = doctor.json;
    for (const check of [
      "data folder",
      "key file",
      "disk",
      "certificate",
      "server",
      "schema",
      "clock",
      "callback",
    ])
      assert.equal(stateOf(findings, check), "ok", check);
    assert.equal(stateOf(findings, "database"), "attention", "the built-in one is not for production");
    assert.equal(stateOf(findings, `number ${made.number.id}`), "ok", "its token was tried");

    const phones = await wardroom.run(["simulator", "--json"]);
    assert.equal(phones.json.phones[0].phoneNumberId, made.number.phoneNumberId);
    assert.notEqual(phones.json.phones[0].link, made.simulator.phoneLink, "each link works once");

    const second = await wardroom.run(["start", "--json"]);
    assert.equal(second.code, 1);
    assert.match(second.json.fault, /already|another Wardroom/i);

    const again = await wardroom.run(SETUP);
    assert.equal(again.code, 1);
    assert.deepEqual(again.json.fault, "Wardroom refused: identity.email_known.");

    assert.equal(await running.stop("SIGTERM"), 0);
  }
  {
    await using running = await wardroom.start();
    // The next code: one works once.
    const session = await login(running.ready.url.replace(/\/$/, ""), new Date(Date.now() + 30_000));
    const { numbers } = await session.get("/numbers");
    assert.deepEqual(
      numbers.map((number: { id: string; state: string }) => [number.id, number.state]),
      [[made.number.id, "connected"]],
    );
    await session.close();
  }
});

test("wrong settings are reported together, in words, and nothing is made", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);
  const wrong = {
    WARDROOM_PORT: "port",
    WARDROOM_PUBLIC_URL: "http://desk.example",
    WARDROOM_TLS_CERT: "/nowhere",
  };
  const started = await wardroom.run(["start"], wrong);
  assert.equal(started.code, 1);
  for (const name of Object.keys(wrong)) assert.match(started.stderr, new RegExp(name));
  assert.doesNotMatch(started.stderr, /\n\s+at /, "no stack");
  assert.ok(!existsSync(wardroom.environment["WARDROOM_DATA_DIR"] ?? ""));
});

test("doctor, keys and simulator make no data folder, and say that no server runs", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);
  const doctor = await wardroom.run(["doctor", "--json"]);
  assert.equal(doctor.code, 0);
  assert.equal(stateOf(doctor.json.findings, "server"), "attention");
  for (const command of [["keys", "status"], ["simulator"]]) {
    const ended = await wardroom.run(command);
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /No Wardroom runs on/);
  }
  assert.ok(!existsSync(wardroom.environment["WARDROOM_DATA_DIR"] ?? ""));
});

test("doctor fails, with the fix, for a data folder that others may enter and a key that is gone", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);
  const data = wardroom.environment["WARDROOM_DATA_DIR"] ?? "";
  await mkdir(data);
  await chmod(data, 0o755);
  const doctor = await wardroom.run(["doctor", "--json"]);
  assert.equal(doctor.code, 1);
  assert.equal(doctor.json.ok, false);
  const failing = (doctor.json.findings as Finding[]).filter(({ state }) => state === "failing");
  assert.deepEqual(
    failing.map(({ check }) => check),
    ["data folder", "key file"],
  );
  assert.ok(failing.every(({ fix }) => fix !== null));
});

test("doctor asks an operator's database as both roles, and never repeats its address", async () => {
  await using folder = await temporaryFolder();
  await using database = await testDatabase();
  const wardroom = await CommandLine.on(folder.path);
  const [app, owner] = [database.appUrl.reveal(), database.ownerUrl.reveal()];
  const good = await wardroom.run(["doctor", "--json"], {
    DATABASE_URL: app,
    WARDROOM_OWNER_DATABASE_URL: owner,
  });
  for (const check of ["database owner", "database", "schema", "clock"])
    assert.equal(stateOf(good.json.findings, check), "ok", check);

  const wrong = (url: string) =>
    url.replace(/:test@/, ":another-word@").replace(/\/test_\w+/, "/no_such_database");
  for (const [appUrl, ownerUrl, check] of [
    [app, wrong(owner), "database owner"],
    [wrong(app), owner, "database"],
  ] as const) {
    const bad = await wardroom.run(["doctor", "--json"], {
      DATABASE_URL: appUrl,
      WARDROOM_OWNER_DATABASE_URL: ownerUrl,
    });
    assert.equal(bad.code, 1);
    assert.equal(stateOf(bad.json.findings, check), "failing");
    assert.doesNotMatch(bad.stdout + bad.stderr, /another-word/);
  }
});

test("a simulator alone runs until it is stopped, and needs no data folder", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);
  await using running = await wardroom.start(["simulator", "--alone", "--port", "0", "--json"]);
  const { url, phoneNumberId, accessToken } = running.ready;
  const number = await request(`${url}/${phoneNumberId}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  await number.body.dump();
  assert.equal(number.statusCode, 200);
  assert.equal(await running.stop("SIGTERM"), 0);
  assert.ok(!existsSync(wardroom.environment["WARDROOM_DATA_DIR"] ?? ""));
});

test("every command explains itself, and none takes an option that it does not know", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);
  const overview = await wardroom.run([]);
  const names = [...overview.stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name = ""]) => name);
  assert.deepEqual(names, ["start", "setup", "doctor", "keys", "simulator"]);
  for (const name of names) {
    const help = await wardroom.run([name, "--help"]);
    assert.equal(help.code, 0);
    assert.match(help.stdout, new RegExp(`^Usage: wardroom ${name}[\\s\\S]*--json`));
  }
  for (const args of [["start"], ["setup"], ["doctor"], ["keys", "status"], ["simulator"]]) {
    const ended = await wardroom.run([...args, "--no-such-option", "--json"]);
    assert.equal(ended.code, 1, args.join(" "));
    assert.equal(ended.json.ok, false, args.join(" "));
  }
  const unknown = await wardroom.run(["strat"]);
  assert.equal(unknown.code, 2);
});
