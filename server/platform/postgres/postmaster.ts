import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Owner } from "../socket-folder.ts";
import { POSTGRES_ENV } from "./binaries.ts";
import type { Folders } from "./folders.ts";
import { asFlags, postgresSettings } from "./settings.ts";

/** How long a stop may take, in ms: it writes what is in memory to disk. Ours. */
const STOP_TIMEOUT_MS = 60_000;

/** The process id of the PostgreSQL that runs on `cluster`, if one does. */
export function findPostmaster(cluster: string): number | undefined {
  const pid = readPid(cluster);
  return pid !== undefined && isPostmaster(pid, cluster) ? pid : undefined;
}

/**
 * Removes the pid file of a PostgreSQL that is gone. PostgreSQL does so itself unless the number belongs to a process:
 * a zombie that nobody reaps, or, after a reboot, some other program. Should a child of the old one still write, the
 * new one sees its shared memory and refuses.
 */
export function removeStalePidFile(cluster: string): void {
  if (findPostmaster(cluster) === undefined) rmSync(join(cluster, "postmaster.pid"), { force: true });
}

export interface Launch {
  readonly pid: number;
  /** False once it has ended. */
  isRunning(): boolean;
}

/** Starts PostgreSQL so that it outlives us: a kill -9 of Wardroom is no crash of the database. */
export function launchPostmaster(folders: Folders, bin: string, account: Owner): Launch {
  const log = openSync(folders.startLog, "w", 0o600);
  const settings = [...postgresSettings(folders), `hba_file=${folders.hba}`];
  const child = spawn(join(bin, "postgres"), ["-D", folders.cluster, ...asFlags(settings)], {
    ...account,
    cwd: "/",
    detached: true,
    env: POSTGRES_ENV,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  let hasEnded = false;
  child.once("error", () => {
    hasEnded = true;
  });
  child.once("exit", () => {
    hasEnded = true;
  });
  return { pid: child.pid ?? 0, isRunning: () => !hasEnded };
}

/** Ends sessions, writes everything to disk, stops: PostgreSQL's "fast" shutdown. */
export async function stopPostmaster(cluster: string): Promise<void> {
  const pid = findPostmaster(cluster);
  if (pid === undefined) return;
  process.kill(pid, "SIGINT");
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (isPostmaster(pid, cluster)) {
    if (performance.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) does not stop`);
    await sleep(20);
  }
}

function readPid(cluster: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(cluster, "postmaster.pid"), "utf8"), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** PostgreSQL works in its cluster's folder; a zombie, or another program with the same number, does not. */
function isPostmaster(pid: number, cluster: string): boolean {
  try {
    return realpathSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    return false;
  }
}
