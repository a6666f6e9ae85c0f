import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../tests/support/temporary-folder.ts";
import { askControlSocket } from "./ask-control-socket.ts";
import { controlSocketPath, openControlSocket } from "./control-socket.ts";
import { openLog } from "./log.ts";
import { Refusal } from "./refusal.ts";

const handlers = {
  echo: async (params: unknown) => params,
  refuse: async () => {
    throw new Refusal("forbidden", "platform.test");
  },
  fail: async () => {
    throw new Error("a secret in a message");
  },
};

function open(dataFolder: string) {
  return openControlSocket({ dataFolder, handlers, log: openLog("silent") });
}

test("the command line gets results, refusals by code, and nothing about failures", async () => {
  await using folder = await temporaryFolder();
  await using _socket = await open(folder.path);
  const ask = (command: string, params: unknown) => askControlSocket(folder.path, command, params);

  assert.deepEqual(await ask("echo", { text: "line\nline" }), { ok: true, result: { text: "line\nline" } });
  assert.deepEqual(await ask("refuse", {}), { ok: false, kind: "forbidden", code: "platform.test" });
  assert.deepEqual(await ask("fail", {}), { ok: false, kind: "internal", code: "platform.internal" });
  for (const unknown of ["absent", "constructor", "__proto__"]) {
    assert.deepEqual(await ask(unknown, {}), {
      ok: false,
      kind: "not_found",
      code: "platform.unknown_command",
    });
  }
});

test("the socket is for its owner alone: 0600 in a folder of 0700, and an opened folder is refused", async () => {
  await using folder = await temporaryFolder();
  await using socket = await open(folder.path);

  assert.equal(statSync(socket.path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(socket.path)).mode & 0o777, 0o700);
  chmodSync(dirname(socket.path), 0o755);
  assert.throws(() => controlSocketPath(folder.path), /closed to others/);
});

test("nobody answers before the start and after the end, and a socket left by a kill -9 is replaced", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await askControlSocket(folder.path, "echo", 1), undefined);
  {
    await using _socket = await open(folder.path);
  }
  assert.equal(await askControlSocket(folder.path, "echo", 1), undefined);
  await using _left = await open(folder.path); // its listener stays open: nobody removed the socket's name
  await using _next = await open(folder.path);
  assert.deepEqual(await askControlSocket(folder.path, "echo", 1), { ok: true, result: 1 });
});

test("a line that is no command is refused, and an endless one is cut off", async () => {
  await using folder = await temporaryFolder();
  await using socket = await open(folder.path);

  const client = connect(socket.path).setEncoding("utf8");
  client.write('not JSON\n{"command":"echo"}\n{"command":"echo","params":1,"more":2}\n');
  let replies = "";
  while (replies.split("\n").length < 4) replies += (await once(client, "data"))[0];
  assert.deepEqual(
    replies
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
    [
      { ok: false, kind: "invalid", code: "platform.malformed_command" },
      { ok: true, result: null },
      { ok: false, kind: "invalid", code: "platform.malformed_command" },
    ],
  );
  const closed = new Promise((resolve) => client.once("error", resolve).once("close", resolve));
  client.write("x".repeat(1_100_000));
  await closed;
});
