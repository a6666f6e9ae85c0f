import type { Kysely } from "kysely";
import type { AuditTables } from "../audit/tables.ts";
import { listWorkspaceIds } from "../identity/describe-workspace.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { Clock } from "../platform/clock.ts";
import { inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import { type Lease, type LeaseTables, releaseLease } from "../platform/lease.ts";
import { Refusal } from "../platform/refusal.ts";
import { StartFault } from "../platform/start-fault.ts";
import { removeOlderKeyBundles } from "../vault/key-bundle.ts";
import {
  destroyReplacedRootKeys,
  listRootKeyFiles,
  prepareNextRootKey,
  settleRootKeyFiles,
} from "../vault/root-key-files.ts";
import { awaitLease } from "../vault/rotation/await-lease.ts";
import type { RotateWorkspaceKey, WorkspaceRotation } from "../vault/rotation/rotation-request.ts";
import { type KeysFoundation, keepKeyBundle } from "./keep-key-bundle.ts";

export interface RotateKeys {
  readonly foundation: KeysFoundation;
  readonly clock: Clock;
  /** For the log: "operator" or "system:key-rotation". */
  readonly actor: string;
  readonly ended?: AbortSignal | undefined;
  readonly leaseSeconds?: number | undefined;
}

/**
 * Rotates the keys of these workspaces, one after the other, and writes a key bundle when a version was destroyed:
 * without one a restore would go back to keys from before.
 */
export async function rotateWorkspaceKeys(
  options: RotateKeys,
  { workspaceIds, wish }: { workspaceIds: readonly WorkspaceId[]; wish: RotateWorkspaceKey["wish"] },
): Promise<WorkspaceRotation[]> {
  const { vault, audit } = options.foundation;
  const { clock, actor, ended, leaseSeconds } = options;
  const done: WorkspaceRotation[] = [];
  for (const workspaceId of workspaceIds) {
    if (ended?.aborted) break;
    done.push(
      await vault.rotateWorkspaceKey(workspaceId, { audit, clock, wish, actor, ended, leaseSeconds }),
    );
  }
  if (done.some(({ state }) => state === "finished")) await keepKeyBundle(options);
  return done;
}

/** Every workspace that has keys: the installation first. */
export async function listKeyHolders({ db }: Pick<KeysFoundation, "db">): Promise<WorkspaceId[]> {
  return [INSTALLATION, ...(await listWorkspaceIds({ db: db as unknown as Kysely<IdentityTables> }))];
}

/** What a change of the root key came to. */
export interface RootRotation {
  /** "prepared": the next key is on disk and not in use. "elsewhere": another process is at it. */
  readonly state: "changed" | "finished_earlier" | "prepared" | "elsewhere";
  readonly from: string;
  readonly to: string;
  /** Workspace keys that were wrapped anew. */
  readonly wrapped: number;
  /** Ids of root keys whose files were destroyed. */
  readonly destroyed: readonly string[];
  readonly keyFile: string;
}

/** How long a process that died in the middle keeps others from going on, in s. Ours. */
const LEASE_SECONDS = 30;

/**
 * Makes the key that comes next and leaves it beside the key file, so that copies of it can be brought to safety
 * before anything depends on it. The next `rotateRootKey` takes this one.
 */
export async function prepareRootKey(options: RotateKeys): Promise<RootRotation> {
  return underRootLease(options, async () => {
    const { id: from } = await options.foundation.vault.describeRoot();
    const to = await (await prepareNext(options)).id();
    return { ...(await outcome(options, "prepared")), from, to };
  });
}

/**
 * Changes the root key. Cut off anywhere, it is finished by the next run or the next start; what was begun is finished
 * before another change may begin.
 */
export async function rotateRootKey(options: RotateKeys): Promise<RootRotation> {
  const { vault, audit, rootKey } = options.foundation;
  return underRootLease(options, async (lease) => {
    const earlier = await finish(options);
    if (earlier.length > 0) return { ...(await outcome(options, "finished_earlier")), destroyed: earlier };
    const { id: from } = await vault.describeRoot();
    const next = await prepareNext(options);
    const wrapped = await vault.changeRootKey({
      ...{ next, lease, audit, now: options.clock(), actor: options.actor },
      listWorkspaceIds: (tx) => listWorkspaceIds({ db: narrow<IdentityTables>(tx) }),
    });
    await settleRootKeyFiles(rootKey, await next.id());
    const destroyed = await finish(options);
    return { ...(await outcome(options, "changed")), from, wrapped: wrapped ?? 0, destroyed };
  });
}

/** Finishes a change of the root key that was cut off, if there is one. Returns the ids of destroyed keys. */
export async function finishRootRotation(options: RotateKeys): Promise<readonly string[]> {
  const { replaced } = await listRootKeyFiles(options.foundation.rootKey);
  if (replaced.length === 0) return [];
  const done = await underRootLease(options, async () => ({
    ...(await outcome(options, "finished_earlier")),
    destroyed: await finish(options),
  }));
  return done.destroyed;
}

/** Nothing needs the old key once a bundle under the new one is there: then it goes, and the bundles that it opens. */
async function finish(options: RotateKeys): Promise<readonly string[]> {
  const { rootKey, vault, keyBundleDir } = options.foundation;
  await settleRootKeyFiles(rootKey, (await vault.describeRoot()).id);
  if ((await listRootKeyFiles(rootKey)).replaced.length === 0) return [];
  await removeOlderKeyBundles(keyBundleDir, await keepKeyBundle(options));
  const destroyed = await destroyReplacedRootKeys(rootKey);
  await record(options, { kind: "vault.root_key_destroyed", detail: { keys: [...destroyed] } });
  return destroyed;
}

async function prepareNext(options: RotateKeys) {
  const { rootKey } = options.foundation;
  const { prepared } = await listRootKeyFiles(rootKey);
  try {
    const next = await prepareNextRootKey(rootKey);
    const id = await next.id();
    if (!prepared.includes(id)) await record(options, { kind: "vault.root_key_made", detail: { key: id } });
    return next;
  } catch (cause) {
    if (cause instanceof StartFault) throw new Refusal("unavailable", "vault.key_file_unwritable", { cause });
    throw cause;
  }
}

async function outcome({ foundation }: RotateKeys, state: RootRotation["state"]): Promise<RootRotation> {
  const { id } = await foundation.vault.describeRoot();
  return { state, from: id, to: id, wrapped: 0, destroyed: [], keyFile: foundation.rootKey.path };
}

async function underRootLease(
  options: RotateKeys,
  work: (lease: Lease) => Promise<RootRotation>,
): Promise<RootRotation> {
  const db = options.foundation.db as unknown as Kysely<LeaseTables>;
  const seconds = options.leaseSeconds ?? LEASE_SECONDS;
  const lease = await awaitLease(db, { name: "keys:root", seconds, waitMs: (seconds + 1) * 1000 });
  if (lease === undefined) return outcome(options, "elsewhere");
  try {
    return await work(lease);
  } finally {
    await releaseLease(db, lease).catch(() => undefined); // it ends by itself
  }
}

async function record(
  { foundation, clock, actor }: RotateKeys,
  event: { readonly kind: "vault.root_key_made" | "vault.root_key_destroyed"; readonly detail: object },
): Promise<void> {
  await inWorkspace(foundation.db, INSTALLATION, (tx) =>
    foundation.audit.append(narrow<AuditTables>(tx), INSTALLATION, [
      {
        ...{ occurredAt: clock(), kind: event.kind, actor, subject: "keys", outcome: "success" },
        detail: { ...event.detail },
      },
    ]),
  );
}
