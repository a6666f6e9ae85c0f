import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, mkdtempSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { databaseAccount } from "../../server/platform/postgres/account.ts";
import { findBinaries, POSTGRES_ENV } from "../../server/platform/postgres/binaries.ts";
import { asFlags, QUIET_LOG, SOCKET_PORT } from "../../server/platform/postgres/settings.ts";

const run = promisify(execFile);

/** The variable by which tools/run-tests.ts hands its cluster to the test files. */
export const CLUSTER_VARIABLE = "WARDROOM_TEST_CLUSTER";

export interface TestCluster extends AsyncDisposable {
  /** As a superuser. */
  readonly url: string;
}

/** Nothing here survives the run, so nothing waits for a disk. */
const CARELESS = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"];

/**
 * PostgreSQL waits on our end of a pipe: when this process ends, even by kill -9, the pipe closes, PostgreSQL stops
 * and its folder goes.
 */
const LIFELINE = '"$@" </dev/null & p=$!; cat >/dev/null; kill -INT $p; wait $p; rm -rf "$FOLDER"';

/** A PostgreSQL in a temporary folder that lives as long as this process at most. */
export async function startTestCluster(): Promise<TestCluster> {
  const account = await databaseAccount();
  const folder = mkdtempSync(join(tmpdir(), "wardroom-test-"));
  mkdirSync(join(folder, "socket"), { mode: 0o700 });
  chownSync(folder, account.uid, account.gid);
  const { bin } = await findBinaries(folder, account);
  // Also the copy of the binaries, where one was needed: who ends last removes it all.
  await run("chown", ["-R", `${account.uid}:${account.gid}`, folder]);

  const socket = join(folder, "socket");
  const cluster = join(folder, "cluster");
  await run(
    join(bin, "initdb"),
    [
      ...["-D", cluster, "-U", "postgres", "--auth-local=trust", "--auth-host=reject", "--no-sync"],
      ...["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
    ],
    { ...account, cwd: "/", env: POSTGRES_ENV },
  );
  const settings = ["listen_addresses=", `unix_socket_directories=${socket}`, ...QUIET_LOG, ...CARELESS];
  const log = openSync(join(folder, "log"), "a", 0o600);
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      LIFELINE,
      "sh",
      join(bin, "postgres"),
      "-D",
      cluster,
      "-p",
      `${SOCKET_PORT}`,
      ...asFlags(settings),
    ],
    {
      ...account,
      cwd: "/",
      detached: true,
      env: { ...POSTGRES_ENV, FOLDER: folder },
      stdio: ["pipe", log, log],
    },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.unref();
  // A pipe is a socket to Node, and would keep the process waiting.
  (child.stdin as unknown as { unref(): void }).unref();

  const url = `postgres://postgres@/postgres?host=${encodeURIComponent(socket)}`;
  await untilItAnswers(url);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.ref();
      child.stdin?.end();
      await ended;
    },
  };
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt === 400)
        throw new Error(`The test cluster does not answer (run ${randomBytes(2).toString("hex")})`, {
          cause: error,
        });
      await sleep(25);
    }
  }
}
