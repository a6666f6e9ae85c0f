import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CONSOLE_DIST } from "../server/compose.ts";
import { StartFault } from "../server/platform/start-fault.ts";

const BUILDER = join(import.meta.dirname, "../tools/build-console.ts");

/** Whether the console has to be built before anybody can see it. */
export function isConsoleAbsent(): boolean {
  return !existsSync(join(CONSOLE_DIST, "index.html"));
}

/**
 * Builds the console where it is absent or older than its source; about 3 s, in a process of its own whose memory is
 * gone afterwards. An installation without sources (a container image) brings it built, and has no builder.
 */
export async function buildConsole(): Promise<void> {
  if (!existsSync(BUILDER)) {
    if (isConsoleAbsent()) throw notBuilt();
    return;
  }
  const child = spawn(process.execPath, [BUILDER], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw notBuilt();
}

function notBuilt(): StartFault {
  return new StartFault(
    "The console could not be built.",
    "Run `npm ci` once more, then `npm run build` shows what is wrong.",
  );
}
