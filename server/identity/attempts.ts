import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Tx } from "../platform/database.ts";
import { Refusal } from "../platform/refusal.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { foldEmail } from "./email.ts";
import { networkOf } from "./network.ts";
import type { IdentityTables } from "./tables.ts";

/** Failures after which a delay starts; it doubles from one second with each further one, up to the longest. */
interface Limit {
  readonly free: number;
  readonly longestSeconds: number;
}

/** Something whose attempts are counted. */
export interface Counted {
  readonly keyHash: Buffer;
  readonly limit: Limit;
}

/** Ours. One person who mistypes; delays grow to a quarter of an hour and never become a lock. */
const CLOSE: Limit = { free: 5, longestSeconds: 900 };
/** Ours. An office behind one address mistypes more. */
const ADDRESS: Limit = { free: 20, longestSeconds: 900 };
/** Ours. An account tried from many addresses: kept short, or a stranger could keep its owner out. */
const EVERYWHERE: Limit = { free: 20, longestSeconds: 60 };

/** Failures older than this are forgotten, in ms. Ours. */
export const FORGOTTEN_MS = 24 * 60 * 60 * 1000;

/**
 * What a sign-in counts against: the account at this address, the address, and the account from anywhere. On a device
 * that the person has, only what fails there: whoever tries the account elsewhere slows themselves and not its owner.
 */
export function countedForSignIn(
  installation: WorkspaceVault,
  email: string,
  address: string,
  deviceId?: string,
): Counted[] {
  const account = foldEmail(email);
  if (deviceId !== undefined) return [counted(installation, CLOSE, `account-on:${deviceId} ${account}`)];
  const network = networkOf(address);
  return [
    counted(installation, CLOSE, `account-at:${network} ${account}`),
    counted(installation, ADDRESS, `address:${network}`),
    counted(installation, EVERYWHERE, `account:${account}`),
  ];
}

/** Those of countedForSignIn that a success forgets; the address only gets its own attempt back. */
const FORGOTTEN_BY_SUCCESS = new Set([CLOSE, EVERYWHERE]);

/** A second factor, or a password asked for again, of somebody whose first proof we have. */
export function countedForFactor(
  installation: WorkspaceVault,
  personId: string,
  deviceId?: string,
): Counted[] {
  // Likewise: who has the password and not the factor cannot use up the tries of who has both.
  if (deviceId !== undefined) return [counted(installation, CLOSE, `factor-on:${deviceId} ${personId}`)];
  return [counted(installation, CLOSE, `factor:${personId}`)];
}

/** The one-time code and the invitations, which belong to nobody yet. */
export function countedForToken(installation: WorkspaceVault, use: string, address: string): Counted[] {
  return [counted(installation, ADDRESS, `${use}:${networkOf(address)}`)];
}

/**
 * Counts an attempt before it is made, so that a burst counts in full; `forgiveAttempt` takes it back. Refuses, and
 * counts nothing, while one of them waits out its delay.
 */
export async function countAttempt(
  db: Kysely<IdentityTables>,
  all: readonly Counted[],
  now: Date,
): Promise<void> {
  // Sorted, so that two attempts that share keys cannot wait for each other.
  const sorted = [...all].sort((one, other) => Buffer.compare(one.keyHash, other.keyHash));
  await db.transaction().execute(async (tx) => {
    for (const each of sorted) await countOne(tx, each, now);
  });
}

/** After a success. */
export async function forgiveAttempt(tx: Tx<IdentityTables>, all: readonly Counted[]): Promise<void> {
  for (const { keyHash, limit } of all) {
    if (FORGOTTEN_BY_SUCCESS.has(limit))
      await tx.deleteFrom("identity_attempt").where("key_hash", "=", keyHash).execute();
    else
      await tx
        .updateTable("identity_attempt")
        .set({ failures: sql`greatest(failures - 1, 0)`, blocked_until: null })
        .where("key_hash", "=", keyHash)
        .execute();
  }
}

async function countOne(tx: Tx<IdentityTables>, { keyHash, limit }: Counted, now: Date): Promise<void> {
  const forgotten = new Date(now.getTime() - FORGOTTEN_MS);
  const failures = sql`case when a.last_failure_at < ${forgotten} then 1 else a.failures + 1 end`;
  const { rows } = await sql`
    insert into identity_attempt as a (key_hash, failures, last_failure_at) values (${keyHash}, 1, ${now})
    on conflict (key_hash) do update set
      failures = ${failures},
      last_failure_at = ${now},
      blocked_until = case when ${failures} >= ${limit.free}
        then ${now}::timestamptz + interval '1 second' * least(power(2, least(${failures} - ${limit.free}, 20)), ${limit.longestSeconds}) end
    where a.blocked_until is null or a.blocked_until <= ${now}
    returning failures`.execute(tx);
  if (rows.length > 0) return;

  const { blocked_until } = await tx
    .selectFrom("identity_attempt")
    .where("key_hash", "=", keyHash)
    .select("blocked_until")
    .executeTakeFirstOrThrow();
  const waitMs = (blocked_until ?? now).getTime() - now.getTime();
  throw new Refusal("rate_limited", "identity.too_many_attempts", {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

function counted(installation: WorkspaceVault, limit: Limit, key: string): Counted {
  return { limit, keyHash: installation.hash("attempt", key) };
}
