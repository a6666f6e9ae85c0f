import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import { acquireLease, type Lease, type LeaseTables } from "../../platform/lease.ts";

/** How often the lease is asked for again, in ms. */
const RETRY_MS = 250;

/** Takes a lease, waiting up to `waitMs` for a holder that may have died; undefined when it is still held then. */
export async function awaitLease(
  db: Kysely<LeaseTables>,
  { name, seconds, waitMs }: { readonly name: string; readonly seconds: number; readonly waitMs: number },
): Promise<Lease | undefined> {
  for (let waited = 0; ; waited += RETRY_MS) {
    const lease = await acquireLease(db, { name, seconds });
    if (lease !== undefined || waited >= waitMs) return lease;
    await sleep(RETRY_MS);
  }
}
