import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** How many log files stay: with 4 MiB each, PostgreSQL's log takes 32 MiB at most. Ours. */
const KEPT_FILES = 8;

/** Removes all but the newest log files; their names sort by time. */
export function pruneLog(folder: string): void {
  for (const name of listOldest(folder)) rmSync(join(folder, name), { force: true });
}

function listOldest(folder: string): string[] {
  try {
    return readdirSync(folder).sort().slice(0, -KEPT_FILES);
  } catch {
    return []; // before the first start there is none
  }
}
