import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../../../tests/support/temporary-folder.ts";
import { findPostmaster, removeStalePidFile } from "./postmaster.ts";
import { pruneLog } from "./prune-log.ts";

test("a process that works in the cluster's folder counts as its PostgreSQL, and its pid file stays", async () => {
  await using folder = await temporaryFolder();
  const child = spawn("sleep", ["60"], { cwd: folder.path });
  await once(child, "spawn");
  writeFileSync(join(folder.path, "postmaster.pid"), `${child.pid}\n`);

  assert.equal(findPostmaster(folder.path), child.pid);
  removeStalePidFile(folder.path);
  assert.ok(existsSync(join(folder.path, "postmaster.pid")));
  child.kill();
});

test("a zombie, another program with the same number and no process at all are stale, and their pid file goes", async () => {
  await using folder = await temporaryFolder();
  // The shell's child ends after the shell has become a `sleep`, which never collects it.
  const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"], { cwd: folder.path });
  const [line] = await once(parent.stdout, "data");
  const zombie = Number.parseInt(String(line), 10);
  while (!readFileSync(`/proc/${zombie}/stat`, "utf8").includes(") Z ")) await sleep(5);

  for (const pid of [zombie, process.pid, 2 ** 22 + 1, "rubbish"]) {
    writeFileSync(join(folder.path, "postmaster.pid"), `${pid}\n`);
    assert.equal(findPostmaster(folder.path), undefined);
    removeStalePidFile(folder.path);
    assert.ok(!existsSync(join(folder.path, "postmaster.pid")));
  }
  parent.kill();
});

test("of the log files the newest eight stay", async () => {
  await using folder = await temporaryFolder();
  for (let day = 10; day < 20; day++)
    writeFileSync(join(folder.path, `postgresql-202601${day}T000000.log`), "");

  pruneLog(folder.path);

  assert.deepEqual(
    [10, 11, 12, 19].map((day) => existsSync(join(folder.path, `postgresql-202601${day}T000000.log`))),
    [false, false, true, true],
  );
  pruneLog(join(folder.path, "absent"));
});
