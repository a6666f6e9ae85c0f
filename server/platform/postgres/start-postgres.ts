import { chmodSync, chownSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "../folder-lock.ts";
import type { Logger } from "../log.ts";
import { Secret } from "../secret.ts";
import type { Owner } from "../socket-folder.ts";
import { StartFault } from "../start-fault.ts";
import { writeDurably } from "../write-durably.ts";
import { ACCOUNT, databaseAccount } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { bringUp } from "./bring-up.ts";
import { createCluster } from "./create-cluster.ts";
import { type Folders, openFolders } from "./folders.ts";
import { type Passwords, readPasswords } from "./passwords.ts";
import { findPostmaster, stopPostmaster } from "./postmaster.ts";
import { DATABASE, ROLES, type RoleKey } from "./roles.ts";
import { runAs } from "./run-as.ts";
import { SOCKET_PORT } from "./settings.ts";
import { supervise } from "./supervise.ts";

export interface RunningPostgres extends AsyncDisposable {
  readonly urls: Readonly<Record<RoleKey, Secret<string>>>;
  /** "18.4" */
  readonly version: string;
  /** Whether it was running already, left by a Wardroom that was killed. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

/** Everybody who reaches the socket shows a password; nobody comes by network. */
const HBA = "local all all scram-sha-256\n";

/**
 * The built-in PostgreSQL on `dataDir`: made at a first start, adopted when one is running, brought back when it dies.
 *
 * Its binaries lag behind PostgreSQL's security releases; it is reachable through a socket only we may open.
 * Throws a StartFault where a person has to act.
 */
export async function startPostgres(options: { dataDir: string; log: Logger }): Promise<RunningPostgres> {
  const account = await databaseAccount();
  const folders = openFolders(options.dataDir, account);
  const lock = lockFolder(folders.data, "postgres");
  try {
    await requireReach(folders, account);
    const binaries = await findBinaries(folders.data, account);
    await prepareCluster(folders, binaries, account);
    const passwords = readPasswords(folders.passwords);
    const urls = urlsFor(folders.socket, passwords);
    const start = () => bringUp({ folders, binaries, account, url: urls.owner, log: options.log });
    const { adopted } = await start();
    const supervision = supervise(folders, options.log, start);
    const stop = async () => {
      await supervision.end();
      await stopPostmaster(folders.cluster);
      rmSync(folders.socket, { recursive: true, force: true });
      lock.release();
    };
    return { urls, version: binaries.version, adopted, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A folder above the data folder may be closed to the database's account, as the home of root is. */
async function requireReach(folders: Folders, account: Owner): Promise<void> {
  await runAs(account, "/bin/ls", [folders.home]).catch((cause: unknown) => {
    throw new StartFault(
      `The account "${ACCOUNT}", under which the database runs, cannot reach the data folder ${folders.data}.`,
      "Leave WARDROOM_DATA_DIR unset (/var/lib/wardroom), or name a folder that other accounts can pass through to.",
      { cause },
    );
  });
}

async function prepareCluster(folders: Folders, binaries: Binaries, account: Owner): Promise<void> {
  writeDurably(folders.hba, HBA, 0o640);
  if (process.getuid?.() === 0) chownSync(folders.hba, 0, account.gid);
  chmodSync(folders.hba, 0o640);
  if (!existsSync(folders.cluster)) return createCluster(folders, binaries.bin, account);

  const made = Number.parseInt(readFileSync(join(folders.cluster, "PG_VERSION"), "utf8"), 10);
  const ours = Number.parseInt(binaries.version, 10);
  if (made !== ours && findPostmaster(folders.cluster) === undefined) throw otherMajor(made, ours);
}

function otherMajor(made: number, ours: number): StartFault {
  return new StartFault(
    `The data in this folder was written by PostgreSQL ${made}, and this Wardroom brings PostgreSQL ${ours}.`,
    made > ours
      ? "Start the newer Wardroom that wrote it."
      : "Make a backup with the Wardroom that wrote it, and restore it with this one into a new data folder.",
  );
}

function urlsFor(socket: string, passwords: Passwords): RunningPostgres["urls"] {
  // The name before the slash is what parsers insist on; `host` wins, and is the socket's folder.
  const url = (key: RoleKey) =>
    new Secret(
      `postgres://${ROLES[key]}:${passwords[key]}@localhost:${SOCKET_PORT}/${DATABASE}?host=${encodeURIComponent(socket)}`,
    );
  return { owner: url("owner"), app: url("app"), purger: url("purger"), backup: url("backup") };
}
