import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { CommandLine } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { TestSession, totpCode } from "../support/test-session.ts";

const SETUP = [
  ...["setup", "--json", "--workspace", "Marsa Home", "--time-zone", "Asia/Dubai"],
  ...["--owner", "Huda Salem", "--email", "huda@marsahome.example"],
];

test("an operator rotates all keys of a running Wardroom, and everything is as it was before and after a start", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);
  const keyFile = wardroom.environment["WARDROOM_ROOT_KEY_FILE"] ?? "";
  const keyFolder = () => readdirSync(dirname(keyFile)).sort();
  const bundles = () => readdirSync(join(wardroom.environment["WARDROOM_DATA_DIR"] ?? "", "key-bundles"));
  const made = (await wardroom.run(SETUP)).json;
  const authority = readFileSync(made.certificateAuthority, "utf8");
  const login = async (at: number) => {
    const session = new TestSession(`https://localhost:${wardroom.environment["WARDROOM_PORT"]}`, authority);
    await session.post("/session", { email: made.owner.email, password: made.password });
    await session.post("/session/factor", { totp: totpCode(made.owner.totpSecret, new Date(at)) });
    return session;
  };
  const nameSeen = async (session: TestSession) => (await session.get("/session")).workspace.name;

  {
    await using running = await wardroom.start();
    const session = await login(Date.now());
    const rotated = await wardroom.run(["keys", "rotate", "--json"]);
    assert.equal(rotated.code, 0, rotated.stderr);
    assert.deepEqual(
      rotated.json.workspaces.map((each: { state: string; version: number }) => [each.state, each.version]),
      [
        ["finished", 2],
        ["finished", 2],
      ],
    );
    assert.equal(rotated.json.root, null);

    const one = await wardroom.run(["keys", "rotate", "--workspace", made.workspaceId]);
    assert.equal(one.code, 0, one.stderr);
    assert.match(one.stdout, /version 3 is in use/);

    await copyFile(keyFile, `${folder.path}/copy-of-the-old-key`);
    const before = readFileSync(keyFile, "utf8");
    const prepared = await wardroom.run(["keys", "rotate", "--root", "--prepare", "--json"]);
    assert.equal(prepared.json.root.state, "prepared");
    const next = prepared.json.root.to;
    assert.deepEqual(keyFolder(), ["root.key", `root.key.next-${next}`]);
    assert.equal(readFileSync(keyFile, "utf8"), before);
    const status = await wardroom.run(["keys", "status", "--json"]);
    assert.deepEqual(status.json.rootKeyFiles, { prepared: [next], replaced: [] });

    const changed = await wardroom.run(["keys", "rotate", "--root", "--json"]);
    assert.equal(changed.code, 0, changed.stderr);
    const { state, from, to, wrapped, destroyed } = changed.json.root;
    assert.deepEqual(
      { state, to, wrapped, destroyed },
      { state: "changed", to: next, wrapped: 2, destroyed: [from] },
    );
    assert.deepEqual(keyFolder(), ["root.key"]);
    assert.notEqual(readFileSync(keyFile, "utf8"), before);
    assert.equal(bundles().length, 1, "bundles that only the old key opens are gone");

    assert.equal(await nameSeen(session), "Marsa Home");
    await session.close();
    const doctor = await wardroom.run(["doctor", "--json"]);
    const findings = doctor.json.findings as Array<{ check: string; state: string }>;
    for (const check of ["workspace keys", "root key", "key bundle"])
      assert.equal(findings.find((each) => each.check === check)?.state, "ok", check);
    assert.equal(await running.stop("SIGTERM"), 0);
  }
  const wrong = await wardroom.run(["start", "--json"], {
    WARDROOM_ROOT_KEY_FILE: `${folder.path}/copy-of-the-old-key`,
  });
  assert.equal(wrong.code, 1);
  assert.match(wrong.json.fault, /sealed under root key/);
  {
    await using running = await wardroom.start();
    // The next code: one works once.
    const session = await login(Date.now() + 30_000);
    assert.equal(await nameSeen(session), "Marsa Home");
    const { numbers } = await session.get("/numbers");
    assert.equal(numbers[0].state, "connected");
    const phones = await wardroom.run(["simulator", "--json"]);
    assert.equal(
      phones.json.phones[0].phoneNumberId,
      made.number.phoneNumberId,
      "the simulator's state opens",
    );
    await session.close();
    assert.equal(await running.stop("SIGTERM"), 0);
  }
});

test("what cannot be meant is refused in words, and a rotation needs a server that runs", async () => {
  await using folder = await temporaryFolder();
  const wardroom = await CommandLine.on(folder.path);
  for (const [args, said] of [
    [["keys", "rotate", "--all", "--workspace", "00000000-0000-0000-0000-000000000000"], /contradict/],
    [["keys", "rotate", "--prepare"], /belongs to --root/],
    [["keys", "rotate", "--workspace", "Marsa"], /named by its id/],
    [["keys", "status", "--root"], /no such option/],
    [["keys"], /needs to know what to do/],
    [["keys", "rotate"], /No Wardroom runs on/],
  ] as const) {
    const ended = await wardroom.run(args);
    assert.equal(ended.code, 1, args.join(" "));
    assert.match(ended.stderr, said);
  }
});
