import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../tests/support/free-port.ts";
import { Child, nodeMemoryMb } from "./child.ts";
import type { Seed } from "./ingest-seed.ts";
import type { ServerOrder, ServerReport } from "./ingest-server.ts";
import type { Answered, Verified } from "./ingest-verify.ts";
import { postgresSeconds, processorSeconds } from "./postgres-profile.ts";

/** A data folder that vanishes with its scope. Under root the database's account has to reach it. */
export function benchFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "wardroom-bench-"));
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A Wardroom with the built-in PostgreSQL, fsync on, as a process of its own. */
export class WardroomUnderTest implements AsyncDisposable {
  readonly port: number;
  /** PEM. */
  readonly authority: string;
  /** From its start to its being ready, in ms. */
  readonly readyMs: number;
  readonly dataFolder: string;
  readonly #child: Child<ServerOrder, ServerReport>;
  readonly #watch: NodeJS.Timeout;
  #memoryMb = 0;

  private constructor(
    child: Child<ServerOrder, ServerReport>,
    ready: { readonly port: number; readonly authority: string; readonly readyMs: number },
    dataFolder: string,
  ) {
    this.#child = child;
    this.dataFolder = dataFolder;
    this.port = ready.port;
    this.authority = ready.authority;
    this.readyMs = ready.readyMs;
    this.#watch = setInterval(() => this.#weigh(), 1_000);
  }

  /** On `folder`: the same folder again finds all that was there. `flags` are Node's, say for a profile. */
  static async start(folder: string, flags: readonly string[] = []): Promise<WardroomUnderTest> {
    const startedAt = performance.now();
    const dataFolder = join(folder, "data");
    const child = new Child<ServerOrder, ServerReport>(
      "ingest-server.ts",
      {
        WARDROOM_DATA_DIR: dataFolder,
        WARDROOM_ROOT_KEY_FILE: join(folder, "key", "root.key"),
        WARDROOM_PORT: String(await freePort()),
        WARDROOM_SIMULATOR_PORT: String(await freePort()),
        WARDROOM_LOG_LEVEL: "warn",
      },
      flags,
    );
    const { port, authority } = await child.hear("ready");
    const ready = { port, authority, readyMs: performance.now() - startedAt };
    return new WardroomUnderTest(child, ready, dataFolder);
  }

  async seed(seed: Seed): Promise<void> {
    this.#child.tell({ kind: "seed", seed });
    await this.#child.hear("seeded");
  }

  async verify(answered: Answered): Promise<Verified> {
    this.#child.tell({ kind: "verify", answered });
    return (await this.#child.hear("verified")).verified;
  }

  /** Processor seconds so far, of its Node processes and of its PostgreSQL. */
  processorSeconds(): { readonly node: number; readonly postgres: number } {
    return { node: processorSeconds(this.#child.pid), postgres: postgresSeconds(this.dataFolder) };
  }

  /** The most memory that its Node processes held together since this was last asked, in MB. */
  takePeakMemoryMb(): number {
    this.#weigh();
    const peak = this.#memoryMb;
    this.#memoryMb = 0;
    return peak;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch);
    this.#child.tell({ kind: "stop" });
    await this.#child.ended();
  }

  #weigh(): void {
    this.#memoryMb = Math.max(this.#memoryMb, nodeMemoryMb(this.#child.pid));
  }
}
