import { type Kysely, sql } from "kysely";
import type { AuditTables } from "../../audit/tables.ts";
import { inWorkspace, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { type Lease, LeaseLost, type LeaseTables, renewLease, requireLease } from "../../platform/lease.ts";
import type { RootKeyProvider } from "../root-key.ts";
import type { VaultTables } from "../tables.ts";

export type RotationTables = VaultTables & LeaseTables & AuditTables;

/** A rotation of one workspace's key that holds its lease. */
export interface RotationRun {
  readonly db: Kysely<RotationTables>;
  readonly root: RootKeyProvider;
  readonly workspaceId: WorkspaceId;
  readonly lease: Lease;
  readonly leaseSeconds: number;
  /** Tells it to stop at the next place where it may. */
  readonly ended?: AbortSignal | undefined;
}

/** How long a row that is in use is waited for, in ms. Ours: longer than any batch of ours takes. */
const LOCK_TIMEOUT_MS = 3_000;

/** One transaction on the strength of the lease, scoped to the workspace. */
export function withinRun<Result>(
  run: RotationRun,
  work: (tx: Tx<RotationTables>) => Promise<Result>,
): Promise<Result> {
  return inWorkspace(run.db, run.workspaceId, async (tx) => {
    await requireLease(tx, run.lease);
    await sql`select set_config('lock_timeout', ${`${LOCK_TIMEOUT_MS}`}, true)`.execute(tx);
    return work(tx);
  });
}

/** Renews the lease when a quarter of it is over. */
export function leaseKeeper({ db, lease, leaseSeconds }: RotationRun): () => Promise<void> {
  let renewedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - renewedAt < leaseSeconds * 250) return;
    if (!(await renewLease(db, lease, leaseSeconds))) throw new LeaseLost(`the lease ${lease.name} was lost`);
    renewedAt = performance.now();
  };
}
