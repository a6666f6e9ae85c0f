import { setFlagsFromString } from "node:v8";

/**
 * How the memory of this process is collected, in all of its threads. Measured under a flood on two cores
 * (bench/RESULTS.md).
 *
 * - Every thread collects its short-lived objects by itself. V8 would wake up to four helpers for each collection, some a
 *   second in each thread, which then take the cores from the other threads and from PostgreSQL.
 * - The heap may grow by 40 % between two whole collections. By itself V8 lets a heap of this size double and more, and two
 *   threads then hold a third more memory for the same work.
 *
 * V8 reads both flags whenever it collects, so they hold from now on (V8, scavenger.cc and memory-controller.cc).
 */
export function tuneCollector(): void {
  setFlagsFromString("--no-parallel-scavenge");
  setFlagsFromString("--heap-growing-percent=40");
}
