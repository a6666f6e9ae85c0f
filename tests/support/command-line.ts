import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.ts";

const WARDROOM = new URL("../../wardroom", import.meta.url).pathname;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last JSON object that it printed. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  readonly json: any;
}

export interface Started extends AsyncDisposable {
  /** What `--json` printed once it was ready. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  readonly ready: any;
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** The `wardroom` command as a person types it, on a data folder and ports of its own. */
export class CommandLine {
  readonly environment: Readonly<Record<string, string>>;

  private constructor(environment: Readonly<Record<string, string>>) {
    this.environment = environment;
  }

  /** `folder` is there and empty; the data folder below it is not there yet. `more`: further settings. */
  static async on(folder: string, more: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
    return new CommandLine({
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
      HOME: folder,
      WARDROOM_DATA_DIR: join(folder, "data"),
      WARDROOM_ROOT_KEY_FILE: join(folder, "key/root.key"),
      WARDROOM_PORT: String(await freePort()),
      WARDROOM_SIMULATOR_PORT: String(await freePort()),
      ...more,
    });
  }

  /** Runs a command to its end. `typed` is what a person types, and then no more. */
  async run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    typed?: string,
  ): Promise<Ended> {
    const child = this.#spawn(args, environment, typed === undefined ? "ignore" : "pipe");
    child.stdin?.end(typed);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout: stdout(), stderr: stderr(), json: lastObject(stdout()) };
  }

  /** A command that runs until it is stopped, as far as its being ready. Disposing it stops it. */
  async start(args: readonly string[] = ["start", "--json"]): Promise<Started> {
    const child = this.#spawn(args, {});
    const stderr = collect(child.stderr);
    const closed = once(child, "close") as Promise<[number | null]>;
    const stop = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      return (await closed)[0];
    };
    if (child.stdout === null) throw new Error("no output to read");
    const ready = Promise.withResolvers<unknown>();
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = readObject(line);
      if (said !== undefined && "ok" in said) ready.resolve(said);
    });
    void closed.then(() => ready.reject(new Error(`wardroom ${args.join(" ")} ended: ${stderr()}`)));
    return {
      ready: await ready.promise,
      stop,
      [Symbol.asyncDispose]: async () => void (await stop("SIGTERM")),
    };
  }

  #spawn(
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    stdin: "ignore" | "pipe" = "ignore",
  ): ChildProcess {
    return spawn(WARDROOM, args, {
      cwd: "/",
      env: { ...this.environment, ...environment },
      stdio: [stdin, "pipe", "pipe"],
    });
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = "";
  stream?.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  return () => text;
}

function lastObject(text: string): object | undefined {
  return text
    .split("\n")
    .map(readObject)
    .findLast((object) => object !== undefined);
}

function readObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
