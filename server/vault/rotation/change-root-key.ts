import type { Kysely } from "kysely";
import type { AuditTables } from "../../audit/tables.ts";
import { inScope, inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import { type LeaseTables, requireLease } from "../../platform/lease.ts";
import { Refusal } from "../../platform/refusal.ts";
import { keepDerivedKeys } from "../earlier-keys.ts";
import { listCarriedLabels } from "../installation-label.ts";
import { lockRootKey, replaceRootCheck } from "../root-check.ts";
import type { RootKeyProvider } from "../root-key.ts";
import type { VaultTables } from "../tables.ts";
import { listWorkspaceKeys } from "../workspace-key-store.ts";
import { loadWorkspaceKeys, versionAssociated } from "../workspace-keys.ts";
import type { ChangeRootKey } from "./rotation-request.ts";

type Tables = VaultTables & LeaseTables & AuditTables;

/**
 * Wraps every living workspace key anew under `next`, and names it as the root key, in one transaction: before its
 * commit everything opens with `root`, after it with `next`. Whoever makes a workspace or a version meanwhile waits,
 * and wraps under `next`. Returns how many keys were wrapped; undefined when `next` is the root key already.
 *
 * Refuses with `vault.root_key_changed` when `root` is not the key that the database names.
 */
export async function changeRootKey(
  db: Kysely<Tables>,
  root: RootKeyProvider,
  { next, lease, audit, now, actor, listWorkspaceIds }: ChangeRootKey,
): Promise<number | undefined> {
  return inWorkspace(db, INSTALLATION, async (tx) => {
    await requireLease(tx, lease);
    const vaultTx = narrow<VaultTables>(tx);
    const [named, nextId, rootId] = [await lockRootKey(vaultTx), await next.id(), await root.id()];
    if (named === nextId) return undefined;
    if (named !== rootId) throw new Refusal("unavailable", "vault.root_key_changed");
    // After the lock: whoever was making a workspace has committed, and is in sight now.
    const workspaceIds = [...new Set([INSTALLATION, ...(await listWorkspaceIds(vaultTx))])];
    let wrapped = 0;
    for (const workspaceId of workspaceIds) {
      wrapped += await inScope(tx, workspaceId, () => rewrapVersions(vaultTx, workspaceId, { root, next }));
    }
    const keys = await loadWorkspaceKeys(vaultTx, next, INSTALLATION);
    await keepDerivedKeys(vaultTx, keys, root, listCarriedLabels(workspaceIds));
    await replaceRootCheck(vaultTx, next);
    await audit.append(narrow<AuditTables>(tx), INSTALLATION, [
      {
        occurredAt: now,
        kind: "vault.root_key_changed",
        actor,
        subject: "keys",
        outcome: "success",
        detail: { from: rootId, to: nextId, workspaces: workspaceIds.length - 1, keys: wrapped },
      },
    ]);
    return wrapped;
  });
}

/** Throws, and nothing is changed at all, when a single one does not unwrap. */
async function rewrapVersions(
  tx: Tx<VaultTables>,
  workspaceId: WorkspaceId,
  { root, next }: { readonly root: RootKeyProvider; readonly next: RootKeyProvider },
): Promise<number> {
  // What is destroyed or made meanwhile waits for these rows, or is not there yet.
  await tx
    .selectFrom("vault.workspace_key")
    .select("version")
    .where("workspace_id", "=", workspaceId)
    .orderBy("version")
    .forUpdate()
    .execute();
  const rows = await listWorkspaceKeys(tx, workspaceId);
  for (const { version, wrapped } of rows) {
    const associated = versionAssociated(workspaceId, version);
    const plain = await unwrap(root, wrapped, associated);
    await tx
      .updateTable("vault.workspace_key")
      .set({ wrapped: await next.wrap(plain, associated) })
      .where("workspace_id", "=", workspaceId)
      .where("version", "=", version)
      .execute();
    plain.fill(0);
  }
  return rows.length;
}

async function unwrap(root: RootKeyProvider, wrapped: Buffer, associated: Buffer): Promise<Buffer> {
  try {
    return await root.unwrap(wrapped, associated);
  } catch (cause) {
    throw new Refusal("unavailable", "vault.locked", { cause });
  }
}
