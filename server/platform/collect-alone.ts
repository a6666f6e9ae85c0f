import { setFlagsFromString } from "node:v8";

/**
 * Lets every thread collect its short-lived objects by itself. V8 would wake up to four helpers for each collection, some
 * hundred times a second under load, which on two cores only take them from the other threads and from PostgreSQL: an update
 * that comes in costs a fifth less of the processor without them (measured, bench/RESULTS.md). Collections last as long.
 *
 * The flag is of the whole process and is read at each collection, so it may be set at any time (V8,
 * scavenger.cc, NumberOfScavengeTasks).
 */
export function collectAlone(): void {
  setFlagsFromString("--no-parallel-scavenge");
}
