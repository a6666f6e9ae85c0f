import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { BenchProcess } from "./outbox-process.ts";

/** Processor time so far, in s: of the whole machine, and of those who take part. */
export interface CpuTimes {
  readonly machine: number;
  readonly server: number;
  readonly peer: number;
  readonly load: number;
  readonly postgres: number;
}

export async function readCpu(server: BenchProcess, peer: BenchProcess): Promise<CpuTimes> {
  const machineMs = cpus().reduce(
    (sum, { times }) => sum + times.user + times.sys + times.nice + times.irq,
    0,
  );
  return {
    machine: machineMs / 1000,
    server: await server.ask<number>("cpuSeconds"),
    peer: await peer.ask<number>("cpuSeconds"),
    load: cpuSeconds(),
    postgres: postgresSeconds(),
  };
}

export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Ticks of Linux's clock in a second, as /proc counts them. */
const TICKS_PER_S = 100;

/** Of every process called postgres that runs now; 0 where there is no /proc. */
function postgresSeconds(): number {
  const ticks = listProcesses().map((pid) => {
    try {
      const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split("(postgres) ");
      const fields = rest.split(" ");
      return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    } catch {
      return 0; // it has ended meanwhile
    }
  });
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_S;
}

function listProcesses(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Cores kept busy between two readings, by whom. `others`: not of this bench. */
export function coresBetween(first: CpuTimes, last: CpuTimes, seconds: number) {
  const of = (name: keyof CpuTimes) => Number(((last[name] - first[name]) / seconds).toFixed(2));
  const own = { server: of("server"), peer: of("peer"), load: of("load"), postgres: of("postgres") };
  const others = of("machine") - own.server - own.peer - own.load - own.postgres;
  return { ...own, others: Number(others.toFixed(2)) };
}
