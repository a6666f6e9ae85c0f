import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A process of a bench that is told things and reports back, one thing at a time. */
export class Child<Order, Report extends { readonly kind: string }> implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(file: string, env: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) {
    this.#child = fork(join(import.meta.dirname, file), {
      env: { ...process.env, ...env },
      execArgv: [...flags],
      // Standard output is for the result of the bench.
      stdio: ["ignore", 2, 2, "ipc"],
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  tell(order: Order): void {
    this.#child.send(order as object);
  }

  /** The next report, which must be of this kind. Throws when the process ends instead. */
  async hear<Kind extends Report["kind"]>(kind: Kind): Promise<Extract<Report, { readonly kind: Kind }>> {
    const ended = new AbortController();
    const { signal } = ended;
    const report = once(this.#child, "message", { signal }).then(([message]) => message as Report);
    const exit = once(this.#child, "exit", { signal }).then(([code]) => {
      throw new Error(`a process of the bench ended with ${code}`);
    });
    try {
      const heard = await Promise.race([report, exit]);
      if (heard.kind !== kind) throw new Error(`heard ${heard.kind} and waited for ${kind}`);
      return heard as Extract<Report, { readonly kind: Kind }>;
    } finally {
      report.catch(() => undefined);
      exit.catch(() => undefined);
      ended.abort();
    }
  }

  /** Ends it at once, as kill -9 does. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  /** Waits for its end, which somebody must have asked for. */
  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGTERM");
    await this.ended();
  }
}

/** Resident memory of a process and of all Node processes below it, in MB. Linux only: read from /proc. */
export function nodeMemoryMb(pid: number): number {
  const below = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number(field(Number(entry), "PPid"));
    below.set(parent, [...(below.get(parent) ?? []), Number(entry)]);
  }
  const sum = (one: number): number => {
    const own = /node|MainThread/.test(field(one, "Name"))
      ? Number.parseInt(field(one, "VmRSS"), 10) || 0
      : 0;
    return own + (below.get(one) ?? []).reduce((total, child) => total + sum(child), 0);
  };
  return sum(pid) / 1024;
}

function field(pid: number, name: string): string {
  try {
    return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
  } catch {
    return ""; // it has just ended
  }
}
