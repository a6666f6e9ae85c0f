import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { AuditTables } from "../../audit/tables.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import { isLockTimeout } from "../../platform/database-errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { LeaseLost, type LeaseTables, releaseLease } from "../../platform/lease.ts";
import { Refusal } from "../../platform/refusal.ts";
import { KEY_BYTES } from "../derive-key.ts";
import { holdRootKey } from "../root-check.ts";
import type { RootKeyProvider } from "../root-key.ts";
import type { VaultTables } from "../tables.ts";
import { loadWorkspaceKeys, versionAssociated } from "../workspace-keys.ts";
import { awaitLease } from "./await-lease.ts";
import { decideRotation } from "./decide-rotation.ts";
import { passByPages, passOneByOne } from "./rewrap-passes.ts";
import type { RotateWorkspaceKey, WorkspaceRotation } from "./rotation-request.ts";
import { type RotationRun, type RotationTables, withinRun } from "./rotation-run.ts";
import {
  countStale,
  destroyVersions,
  insertVersion,
  listVersions,
  lockOldVersions,
} from "./rotation-store.ts";

/** Rows that are in use are passed over this often, then waited for one by one. Ours. */
const SKIPPING_PASSES = 3;

/** Then it is given up until the next run. Ours. */
const MAX_PASSES = 8;

const PAUSE_MS = 100;
const DEFAULT_LEASE_SECONDS = 20;

type Run = RotationRun & Omit<RotateWorkspaceKey, "leaseSeconds">;

/**
 * Makes the next version of a workspace's key, wraps every key under it that an older one wrapped, and destroys the
 * older ones. Others seal and open meanwhile. It may be cut off anywhere: the next run finishes what was begun. Two
 * runs at once are one: a lease is required by every transaction that writes.
 */
export async function rotateWorkspaceKey(
  db: Kysely<RotationTables>,
  root: RootKeyProvider,
  workspaceId: WorkspaceId,
  options: RotateWorkspaceKey,
): Promise<WorkspaceRotation> {
  const seconds = options.leaseSeconds ?? DEFAULT_LEASE_SECONDS;
  const nothing = { workspaceId, version: 0, rewrapped: 0, left: 0, damaged: 0 };
  const lease = await awaitLease(db as unknown as Kysely<LeaseTables>, {
    name: `keys:workspace:${workspaceId}`,
    seconds,
    waitMs: options.wish === "now" ? (seconds + 1) * 1000 : 0,
  });
  if (lease === undefined) return { ...nothing, state: "elsewhere" };
  try {
    const run: Run = { ...options, db, root, workspaceId, lease, leaseSeconds: seconds };
    const version = await withinRun(run, (tx) => begin(run, tx));
    return version === undefined ? { ...nothing, state: "nothing" } : await carryOn(run, version);
  } catch (error) {
    if (error instanceof LeaseLost) return { ...nothing, state: "elsewhere" };
    throw error;
  } finally {
    await releaseLease(db, lease).catch(() => undefined); // it ends by itself
  }
}

/** Makes the next version, or finds the one of a rotation that was cut off; undefined when nothing is to be done. */
async function begin(run: Run, tx: Tx<RotationTables>): Promise<number | undefined> {
  const { workspaceId, root, wish, audit } = run;
  const vaultTx = narrow<VaultTables>(tx);
  const versions = await listVersions(vaultTx, workspaceId);
  if (versions.length === 0) throw new Refusal("unavailable", "vault.keys_missing");
  const now = run.clock();
  const decided = decideRotation(versions, wish, now);
  if (decided.verdict === "nothing") return undefined;
  if (decided.verdict === "finish") return decided.to;

  await holdRootKey(vaultTx, root);
  const plain = randomBytes(KEY_BYTES);
  const wrapped = await root.wrap(plain, versionAssociated(workspaceId, decided.to));
  plain.fill(0);
  await insertVersion(vaultTx, workspaceId, { version: decided.to, wrapped }, now);
  await audit.append(narrow<AuditTables>(tx), workspaceId, [
    {
      occurredAt: now,
      kind: "vault.workspace_key_made",
      actor: run.actor,
      subject: "keys",
      outcome: "success",
      detail: { version: decided.to, replaces: [...decided.from] },
    },
  ]);
  return decided.to;
}

async function carryOn(run: Run, version: number): Promise<WorkspaceRotation> {
  const { workspaceId } = run;
  const keys = await withinRun(run, (tx) =>
    loadWorkspaceKeys(narrow<VaultTables>(tx), run.root, workspaceId),
  );
  let rewrapped = 0;
  for (let pass = 1; ; pass++) {
    const done = await (pass <= SKIPPING_PASSES ? passByPages(run, keys) : passOneByOne(run, keys));
    rewrapped += done.rewrapped;
    const left = await withinRun(run, (tx) => destroyIfUnused(run, tx, version, rewrapped)).catch(
      async (error: unknown) => {
        if (!isLockTimeout(error)) throw error;
        return withinRun(run, (tx) => countStale(narrow<VaultTables>(tx), workspaceId, version));
      },
    );
    const result = { workspaceId, version, rewrapped, left: left ?? 0, damaged: done.damaged };
    if (left === undefined) return { ...result, state: "finished" };
    if ((left > 0 && left === done.damaged) || pass === MAX_PASSES || run.ended?.aborted === true)
      return { ...result, state: "unfinished" };
    await sleep(PAUSE_MS);
  }
}

/** Undefined when the older versions are destroyed; otherwise how many keys still need one of them. */
async function destroyIfUnused(
  run: Run,
  tx: Tx<RotationTables>,
  version: number,
  rewrapped: number,
): Promise<number | undefined> {
  const vaultTx = narrow<VaultTables>(tx);
  const left = await lockOldVersions(vaultTx, run.workspaceId, version);
  if (left > 0) return left;
  const now = run.clock();
  const destroyed = await destroyVersions(vaultTx, run.workspaceId, version, now);
  await run.audit.append(narrow<AuditTables>(tx), run.workspaceId, [
    {
      occurredAt: now,
      kind: "vault.workspace_key_rotated",
      actor: run.actor,
      subject: "keys",
      outcome: "success",
      detail: { version, destroyed, rewrapped },
    },
  ]);
  return undefined;
}
