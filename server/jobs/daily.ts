import type { Kysely } from "kysely";
import { acquireLease, type LeaseTables, releaseLease, renewLease } from "../platform/lease.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** How long one day's work may take before another process takes it for dead, in s. Ours. */
const WORK_SECONDS = 50 * 60;

/**
 * Runs `work` when nobody has for a day, once across all processes. The lease that is kept afterwards is the memory
 * that today's is done; work that fails, dies or is told to stop gives it up, and the next hour tries again.
 */
export async function daily<Tables extends LeaseTables>(
  db: Kysely<Tables>,
  name: string,
  ended: AbortSignal,
  work: (ended: AbortSignal) => Promise<void>,
): Promise<void> {
  const lease = await acquireLease(db, {
    name: `daily:${name}`,
    seconds: WORK_SECONDS,
    longestSeconds: DAY_SECONDS,
  });
  if (lease === undefined) return;
  try {
    await work(ended);
  } catch (error) {
    await releaseLease(db, lease);
    throw error;
  }
  if (ended.aborted) await releaseLease(db, lease);
  else await renewLease(db, lease, DAY_SECONDS);
}
