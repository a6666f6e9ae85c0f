import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.ts";

const ROOT = join(import.meta.dirname, "../..");

/** `./wardroom start` as a process of its own, as a newcomer runs it: built-in PostgreSQL, real ports, real terminal text. */
export interface WardroomProcess extends AsyncDisposable {
  readonly url: string;
  /** Null when the installation is set up already. */
  readonly setupCode: string | null;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<number | null>;
}

/** Starts it on a folder. The same folder again finds all that was there. */
export async function startWardroomProcess(
  folder: string,
  ports?: { port: number; simulatorPort: number },
): Promise<WardroomProcess> {
  const { port, simulatorPort } = ports ?? { port: await freePort(), simulatorPort: await freePort() };
  const child = spawn(join(ROOT, "wardroom"), ["start"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      WARDROOM_DATA_DIR: join(folder, "data"),
      WARDROOM_ROOT_KEY_FILE: join(folder, "key", "root.key"),
      WARDROOM_PORT: String(port),
      WARDROOM_SIMULATOR_PORT: String(simulatorPort),
    },
  });
  const lines: string[] = [];
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    return child.exitCode;
  };
  try {
    await waitUntilReady(child, lines);
  } catch (error) {
    await stop();
    throw error;
  }
  const setupCode = /Set-up code:\s+(\S+)/.exec(lines.join("\n"))?.[1] ?? null;
  return {
    url: `https://localhost:${port}`,
    setupCode,
    output: () => lines.join("\n"),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

async function waitUntilReady(child: ChildProcess, lines: string[]): Promise<void> {
  const ended = once(child, "exit").then(() => {
    throw new Error(`wardroom start ended:\n${lines.join("\n")}`);
  });
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (line.includes("Stop with Ctrl C")) resolve();
      });
    }
  });
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
}
