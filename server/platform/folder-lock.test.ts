import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { temporaryFolder } from "../../tests/support/temporary-folder.ts";
import { lockFolder } from "./folder-lock.ts";
import { StartFault } from "./start-fault.ts";

const MODULE = new URL("./folder-lock.ts", import.meta.url).href;

test("a folder is held by one process, named in the refusal, and free again after its kill -9", async () => {
  await using folder = await temporaryFolder();
  const script = `import { lockFolder } from ${JSON.stringify(MODULE)};
    lockFolder(process.argv[1]); console.log("held"); setInterval(() => {}, 60_000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script, folder.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");

  assert.throws(
    () => lockFolder(folder.path),
    (error) => error instanceof StartFault && error.message.includes(`(process ${holder.pid})`),
  );
  const exit = once(holder, "exit");
  holder.kill("SIGKILL");
  await exit;
  using lock = lockFolder(folder.path);
  lock.release();
  using again = lockFolder(folder.path);
  assert.ok(again);
});

test("a folder stays held when its holder forgets the handle and collects its garbage", async () => {
  await using folder = await temporaryFolder();
  const script = `import { lockFolder } from ${JSON.stringify(MODULE)};
    lockFolder(process.argv[1]); await new Promise((resolve) => setTimeout(resolve, 10)); gc();
    await new Promise((resolve) => setTimeout(resolve, 10)); console.log("held"); setInterval(() => {}, 60_000);`;
  const holder = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", script, folder.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(holder, "exit");
  try {
    await once(holder.stdout, "data");
    assert.throws(() => lockFolder(folder.path), StartFault);
  } finally {
    holder.kill("SIGKILL");
    await exit;
  }
});
