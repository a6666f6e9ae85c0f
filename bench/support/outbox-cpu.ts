import { cpus } from "node:os";
import type { BenchProcess } from "./outbox-process.ts";

/** Processor time so far, in s: of the whole machine, and of the processes of the bench. */
export interface CpuTimes {
  readonly machine: number;
  readonly server: number;
  readonly peer: number;
  readonly load: number;
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
  };
}

export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Cores kept busy between two readings; what is not the bench's own processes is mostly PostgreSQL. */
export function coresBetween(first: CpuTimes, last: CpuTimes, seconds: number) {
  const of = (name: keyof CpuTimes) => Number(((last[name] - first[name]) / seconds).toFixed(2));
  const others = of("machine") - of("server") - of("peer") - of("load");
  return { server: of("server"), peer: of("peer"), load: of("load"), rest: Number(others.toFixed(2)) };
}
