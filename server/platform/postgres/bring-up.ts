import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../log.ts";
import type { Secret } from "../secret.ts";
import type { Owner } from "../socket-folder.ts";
import { StartFault } from "../start-fault.ts";
import type { Binaries } from "./binaries.ts";
import type { Folders } from "./folders.ts";
import {
  findPostmaster,
  type Launch,
  launchPostmaster,
  removeStalePidFile,
  stopPostmaster,
} from "./postmaster.ts";

export interface BringUp {
  readonly folders: Folders;
  readonly binaries: Binaries;
  readonly account: Owner;
  /** Who connects to find out whether it works. */
  readonly url: Secret<string>;
  readonly log: Logger;
}

/** Recovery after a crash reads the whole write-ahead log; this long, in ms, we wait for an answer. */
const ANSWER_TIMEOUT_MS = 300_000;

/** The children of a killed PostgreSQL take moments to notice, and until then a new one refuses to start. In ms. */
const START_RETRY_MS = 10_000;

const POLL_MS = 25;

/** PostgreSQL's codes for a login that is refused (its manual, appendix A, class 28). */
const LOGIN_REFUSED = ["28P01", "28000"];

/** A PostgreSQL that answers: the one that runs already, or a new one. */
export async function bringUp(options: BringUp): Promise<{ adopted: boolean }> {
  if (await adopt(options)) return { adopted: true };
  const deadline = performance.now() + START_RETRY_MS;
  for (;;) {
    removeStalePidFile(options.folders.cluster);
    const launch = launchPostmaster(options.folders, options.binaries.bin, options.account);
    if ((await waitForAnswer(options, launch.isRunning)) !== undefined) return { adopted: false };
    if (performance.now() > deadline) throw doesNotStart(options.folders, launch);
    await sleep(250);
  }
}

/** What runs counts once it has answered; and one of another version, left from before an update, is replaced. */
async function adopt(options: BringUp): Promise<boolean> {
  const { cluster } = options.folders;
  const pid = findPostmaster(cluster);
  if (pid === undefined) return false;
  const version = await waitForAnswer(options, () => findPostmaster(cluster) === pid);
  if (version === undefined) return false;
  if (version === options.binaries.version) return true;
  options.log.info({ from: version, to: options.binaries.version }, "restarting the database for an update");
  await stopPostmaster(cluster);
  return false;
}

/** The version of the PostgreSQL that answers; undefined when it ends before it does. */
async function waitForAnswer(options: BringUp, isRunning: () => boolean): Promise<string | undefined> {
  const deadline = performance.now() + ANSWER_TIMEOUT_MS;
  while (isRunning()) {
    const version = await askVersion(options);
    if (version !== undefined) return version;
    if (performance.now() > deadline) throw doesNotAnswer(options.folders);
    await sleep(POLL_MS);
  }
  return undefined;
}

async function askVersion({ url, folders }: BringUp): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url.reveal(), connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return rows[0]?.server_version;
  } catch (error) {
    // Starting up, recovering or full: that changes by waiting. A wrong password does not.
    const isRefused = error instanceof pg.DatabaseError && LOGIN_REFUSED.includes(error.code ?? "");
    if (isRefused) throw wrongPassword(folders, error);
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

function wrongPassword(folders: Folders, cause: Error): StartFault {
  return new StartFault(
    "The built-in database refuses our password.",
    `Put back the file ${folders.passwords} that belongs to this data folder.`,
    { cause },
  );
}

function doesNotAnswer(folders: Folders): StartFault {
  return new StartFault(
    `The built-in database (process ${findPostmaster(folders.cluster)}) runs but does not answer.`,
    `Its log is in ${folders.log}. Stop that process, then start Wardroom again.`,
  );
}

function doesNotStart(folders: Folders, launch: Launch): StartFault {
  const lastWords = readFileSync(folders.startLog, "utf8").trim().split("\n").at(-1);
  return new StartFault(
    `The built-in database (process ${launch.pid}) does not start: ${lastWords}`,
    `More is in ${folders.startLog} and in ${folders.log}. A full disk is the usual reason.`,
  );
}
