import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../log.ts";
import type { Folders } from "./folders.ts";
import { findPostmaster } from "./postmaster.ts";
import { pruneLog } from "./prune-log.ts";

export interface Supervision {
  end(): Promise<void>;
}

/** How often we look whether PostgreSQL runs, in ms. Ours: the outage after a crash is at least this long. */
const INTERVAL_MS = 1_000;

/** Brings PostgreSQL back whenever it is gone, and keeps its log small, until told to end. */
export function supervise(folders: Folders, log: Logger, start: () => Promise<unknown>): Supervision {
  const ending = new AbortController();
  const done = watch(folders, log, start, ending.signal);
  return {
    async end() {
      ending.abort();
      await done;
    },
  };
}

async function watch(folders: Folders, log: Logger, start: () => Promise<unknown>, ending: AbortSignal) {
  while (!ending.aborted) {
    pruneLog(folders.log);
    if (findPostmaster(folders.cluster) === undefined) await restart(log, start);
    await sleep(INTERVAL_MS, undefined, { signal: ending, ref: false }).catch(() => {});
  }
}

async function restart(log: Logger, start: () => Promise<unknown>): Promise<void> {
  log.error("the database has ended; starting it again");
  try {
    await start();
    log.info("the database runs again");
  } catch (error) {
    log.error({ error }, "the database does not start; trying again");
  }
}
