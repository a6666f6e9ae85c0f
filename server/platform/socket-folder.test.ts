import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../tests/support/temporary-folder.ts";
import { socketFolder } from "./socket-folder.ts";
import { StartFault } from "./start-fault.ts";

const self = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };

/** A folder below `base` in which the path of `socket` has exactly `bytes` bytes. */
function folderOfLength(base: string, socket: string, bytes: number): string {
  const length = bytes - base.length - socket.length - 2;
  return join(base, "d".repeat(length));
}

test("a socket path of 107 bytes stays where it was asked for; one of 108 moves to a short, stable place", async () => {
  await using folder = await temporaryFolder();
  const fits = folderOfLength(folder.path, "s.sock", 107);
  const tooLong = folderOfLength(folder.path, "s.sock", 108);

  assert.equal(socketFolder(fits, "s.sock", self), fits);
  const moved = socketFolder(tooLong, "s.sock", self);
  assert.notEqual(moved, tooLong);
  assert.ok(join(moved, "s.sock").length <= 107);
  assert.equal(statSync(moved).mode & 0o777, 0o700);
  assert.equal(socketFolder(tooLong, "s.sock", self), moved);
  rmdirSync(moved);
});

test("a place that others prepared for us is refused", async () => {
  await using folder = await temporaryFolder();
  const wanted = join(folder.path, "socket");
  const refused = () => assert.throws(() => socketFolder(wanted, "s.sock", self), StartFault);

  mkdirSync(wanted);
  chmodSync(wanted, 0o750);
  refused();
  rmSync(wanted, { recursive: true });
  mkdirSync(join(folder.path, "elsewhere"), { mode: 0o700 });
  symlinkSync(join(folder.path, "elsewhere"), wanted);
  refused();
});
