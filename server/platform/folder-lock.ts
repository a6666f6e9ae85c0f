import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartFault } from "./start-fault.ts";

export interface FolderLock extends Disposable {
  release(): void;
}

/** SQLite's code for "somebody else holds the lock" (sqlite.org/rescode.html, SQLITE_BUSY). */
const SQLITE_BUSY = 5;

/** Held until they are released: a connection that nobody refers to is collected as garbage, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes `folder` for this process alone, or throws a StartFault that names who has it.
 *
 * Node offers no file lock, and a file that merely exists outlives a kill -9. SQLite's exclusive lock is the kernel's
 * (fcntl): it is gone with the process, however it ended. The database stays empty; nothing is stored in it.
 */
export function lockFolder(folder: string, name = "wardroom"): FolderLock {
  const pidFile = join(folder, `${name}.pid`);
  const lock = new DatabaseSync(join(folder, `${name}.lock`), { timeout: 0 });
  try {
    lock.exec("pragma journal_mode = memory; pragma locking_mode = exclusive; begin exclusive");
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw inUse(folder, pidFile);
    throw error;
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  held.add(lock);

  const release = () => {
    if (held.delete(lock)) lock.close();
  };
  return { release, [Symbol.dispose]: release };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function inUse(folder: string, pidFile: string): StartFault {
  return new StartFault(
    `Another Wardroom${describeHolder(pidFile)} is using the data folder ${folder}.`,
    "Stop that one first, or give this one a folder of its own with WARDROOM_DATA_DIR.",
  );
}

function describeHolder(pidFile: string): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(pidFile, "utf8"), 10)})`;
  } catch {
    return "";
  }
}
