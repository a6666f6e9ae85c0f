import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PINNED_NODE = new URL("../../bin/pinned-node.mjs", import.meta.url).pathname;
const ROOT = new URL("../..", import.meta.url).pathname;

/** Says who it is, counts the signals it gets, and keeps the port of its child's life: ends only when told to. */
const SCRIPT = `
  import { Worker, isMainThread } from "node:worker_threads";
  const [mode, code] = process.argv.slice(2);
  if (mode === "exit") process.exit(Number(code));
  if (mode === "die") process.kill(process.pid, "SIGKILL");
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => { console.log(signal); if (mode === "once") process.exit(7); });
  }
  new Worker("import('node:worker_threads').then((w) => w.parentPort.postMessage(1))", { eval: true })
    .once("message", () => console.log(process.pid, process.version, "WARDROOM_PARENT_FD" in process.env));
  setInterval(() => {}, 60_000);
`;

async function launch(folder: string, ...args: string[]): Promise<ChildProcess> {
  const script = join(folder, "script.mjs");
  await writeFile(script, SCRIPT);
  return spawn(process.execPath, [PINNED_NODE, script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function nextLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  const ended = once(child, "close").then(() => assert.fail("it ended without a word"));
  const [text] = await Promise.race([once(child.stdout, "data"), ended]);
  return String(text).trim();
}

test("the script runs on the pinned Node, and its exit code and its signal are ours", async () => {
  await using folder = await temporaryFolder();
  assert.deepEqual(await once(await launch(folder.path, "exit", "42"), "exit"), [42, null]);
  assert.deepEqual(await once(await launch(folder.path, "die"), "exit"), [null, "SIGKILL"]);

  const child = await launch(folder.path, "once");
  assert.match(await nextLine(child), /^\d+ v24\.\d+\.\d+ false$/);
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [7, null]);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} is passed on, and the child decides when to end`, async () => {
    await using folder = await temporaryFolder();
    const child = await launch(folder.path, "stay");
    const [pid] = (await nextLine(child)).split(" ");

    child.kill(signal);
    assert.equal(await nextLine(child), signal);
    process.kill(Number(pid), "SIGKILL");
    assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"]);
  });
}

test("after a kill -9 of the launcher the script is told to stop", async () => {
  await using folder = await temporaryFolder();
  const child = await launch(folder.path, "once");
  await nextLine(child);

  child.kill("SIGKILL");
  assert.equal(await nextLine(child), "SIGTERM");
});

test("without the pinned Node an old one says one sentence and ends with 1", async () => {
  await using folder = await temporaryFolder();
  await cp(join(ROOT, "bin"), join(folder.path, "bin"), { recursive: true });
  const finder = new URL(`file://${folder.path}/bin/launch/find-node.mjs`).href;
  const old = `Object.defineProperty(process.versions, "node", { value: "18.20.8" });
    const { findNode } = await import(${JSON.stringify(finder)}); console.log(JSON.stringify(findNode()));`;

  const child = spawn(process.execPath, ["--input-type=module", "-e", old], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { fault } = JSON.parse(await nextLine(child));
  assert.match(
    fault,
    /^Wardroom needs Node 24, this is Node 18\.20\.8, and its own copy is not installed\. Run/,
  );
});

test("the command in the project folder works from elsewhere and through symbolic links", async () => {
  await using folder = await temporaryFolder();
  const project = join(folder.path, "a project");
  await cp(join(ROOT, "bin"), join(project, "bin"), { recursive: true });
  await cp(join(ROOT, "wardroom"), join(project, "wardroom"));
  await mkdir(join(project, "cli"));
  await writeFile(join(project, "cli/main.ts"), "console.log(JSON.stringify(process.argv.slice(2)));");
  await symlink(join(project, "wardroom"), join(folder.path, "absolute"));
  await symlink("absolute", join(folder.path, "relative"));

  for (const command of ["a project/wardroom", "absolute", "relative"]) {
    const child = spawn(join(folder.path, command), ["keys", "a b"], {
      cwd: "/",
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.equal(await nextLine(child), '["keys","a b"]');
  }
});
