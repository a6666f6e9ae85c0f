import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Db, Tx } from "./database.ts";

export interface LeaseTables {
  platform_lease: {
    name: string;
    holder: string;
    /** A bigint, which the driver hands over as text. */
    fencing: string;
    expires_at: Date;
  };
}

/** The right to do one piece of work alone, until it expires. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Higher than that of every earlier holder of the same name. */
  readonly fencing: bigint;
}

/** The holder slept past its lease, and another one may be at work. Nothing of the transaction counts. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

interface LeaseWanted {
  readonly name: string;
  readonly seconds: number;
  /** The longest that anybody may hold it without a word, in s; `seconds` unless it is said. */
  readonly longestSeconds?: number;
}

/**
 * Takes the lease called `name` for `seconds` when nobody holds it; undefined when somebody does. Time is the
 * database's: clocks of machines differ. Where that one was set back, a lease seems to end later than any can; then it
 * is taken once it has not been renewed for its whole time, by the stopwatch of this process.
 */
export async function acquireLease<Tables extends LeaseTables>(
  db: Db<Tables>,
  wanted: LeaseWanted,
): Promise<Lease | undefined> {
  const { name, seconds } = wanted;
  const holder = randomUUID();
  const { rows } = await sql<{ fencing: string }>`
    insert into platform_lease as lease (name, holder, fencing, expires_at)
    values (${name}, ${holder}, 1, clock_timestamp() + make_interval(secs => ${seconds}))
    on conflict (name) do update
      set holder = excluded.holder, fencing = lease.fencing + 1, expires_at = excluded.expires_at
      where lease.expires_at <= clock_timestamp()
    returning fencing`.execute(db);
  const [row] = rows;
  if (row === undefined) return takeAbandoned(db, wanted);
  return { name, holder, fencing: BigInt(row.fencing) };
}

/** A lease of another holder that ends too late to be true. */
interface Sighting {
  readonly fencing: string;
  /** As text: the driver's dates have no microseconds. */
  readonly until: string;
  readonly sinceMs: number;
}

/** What this process has seen, by the handle through which it saw it. */
const sightings = new WeakMap<object, Map<string, Sighting>>();

async function takeAbandoned<Tables extends LeaseTables>(
  db: Db<Tables>,
  { name, seconds, longestSeconds = seconds }: LeaseWanted,
): Promise<Lease | undefined> {
  const seen = sightings.get(db) ?? new Map<string, Sighting>();
  sightings.set(db, seen);
  const { rows } = await sql<{ fencing: string; until: string }>`
    select fencing, expires_at::text as until from platform_lease
    where name = ${name} and expires_at > clock_timestamp() + make_interval(secs => ${longestSeconds})`.execute(
    db,
  );
  const [row] = rows;
  const before = seen.get(name);
  seen.delete(name);
  if (row === undefined) return undefined;
  if (before?.fencing !== row.fencing || before.until !== row.until) {
    seen.set(name, { ...row, sinceMs: performance.now() });
    return undefined;
  }
  if (performance.now() - before.sinceMs < longestSeconds * 1000) {
    seen.set(name, before);
    return undefined;
  }
  const holder = randomUUID();
  const { rows: taken } = await sql<{ fencing: string }>`
    update platform_lease set holder = ${holder}, fencing = fencing + 1,
      expires_at = clock_timestamp() + make_interval(secs => ${seconds})
    where name = ${name} and fencing = ${row.fencing} and expires_at = ${row.until}::timestamptz
    returning fencing`.execute(db);
  return taken[0] === undefined ? undefined : { name, holder, fencing: BigInt(taken[0].fencing) };
}

/** Holds on for `seconds` from now; false when the lease was lost meanwhile. An expired one nobody took is kept. */
export async function renewLease<Tables extends LeaseTables>(
  db: Db<Tables>,
  lease: Lease,
  seconds: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update platform_lease set expires_at = clock_timestamp() + make_interval(secs => ${seconds})
    where name = ${lease.name} and holder = ${lease.holder} and fencing = ${lease.fencing.toString()}`.execute(
    db,
  );
  return numAffectedRows === 1n;
}

/** Gives the lease back, so that the next holder need not wait. The row stays: it remembers the fencing value. */
export async function releaseLease<Tables extends LeaseTables>(db: Db<Tables>, lease: Lease): Promise<void> {
  await sql`
    update platform_lease set expires_at = '-infinity'
    where name = ${lease.name} and holder = ${lease.holder} and fencing = ${lease.fencing.toString()}`.execute(
    db,
  );
}

/**
 * Lets `tx` commit only under a lease that is held: throws LeaseLost otherwise, and keeps others from taking it until
 * `tx` has ended. Call it first in every transaction that writes on the strength of the lease.
 */
export async function requireLease<Tables extends LeaseTables>(tx: Tx<Tables>, lease: Lease): Promise<void> {
  const { rows } = await sql`
    select 1 from platform_lease
    where name = ${lease.name} and holder = ${lease.holder} and fencing = ${lease.fencing.toString()}
    for share`.execute(tx);
  if (rows.length === 0) throw new LeaseLost(`the lease ${lease.name} has another holder`);
}
