import { type KeyObject, randomBytes } from "node:crypto";
import type { Db, Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { deriveKey, KEY_BYTES, takeKey } from "./derive-key.ts";
import { IndexKeys } from "./index-keys.ts";
import { holdRootKey } from "./root-check.ts";
import type { RootKeyProvider } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";
import {
  findIndexKey,
  insertIndexKey,
  insertWorkspaceKey,
  listWorkspaceKeys,
  type WorkspaceKeyRow,
} from "./workspace-key-store.ts";
import { unwrapKey, wrapKey } from "./wrap-key.ts";

/** The one index key of a workspace; the names that people use are derived from it. */
const INDEX_MASTER = "master";

/** A workspace's key versions, each as the key that wraps data keys. The newest wraps; all unwrap. */
export class WorkspaceKeys {
  readonly #versions: ReadonlyMap<number, KeyObject>;
  readonly newest: number;

  constructor(versions: ReadonlyMap<number, KeyObject>) {
    this.#versions = versions;
    this.newest = Math.max(...versions.keys());
  }

  has(version: number): boolean {
    return this.#versions.has(version);
  }

  /** Wrapped under the newest version. */
  wrap(plain: Buffer, associated: Buffer): Buffer {
    return wrapKey(this.#key(this.newest), plain, associated);
  }

  unwrap(version: number, wrapped: Buffer, associated: Buffer): Buffer {
    return unwrapKey(this.#key(version), wrapped, associated);
  }

  #key(version: number): KeyObject {
    const key = this.#versions.get(version);
    if (key === undefined) throw new Error(`Workspace key version ${version} is destroyed or unknown`);
    return key;
  }
}

/**
 * Refuses with `vault.keys_missing` or `vault.locked`.
 *
 * Reads twice where it must: the rows may have been read just before the root key was changed, and unwrapped with the
 * new one.
 */
export async function loadWorkspaceKeys(
  db: Db<VaultTables>,
  root: RootKeyProvider,
  workspaceId: WorkspaceId,
): Promise<WorkspaceKeys> {
  try {
    return await unlockVersions(db, root, workspaceId);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "vault.locked") throw error;
    return unlockVersions(db, root, workspaceId);
  }
}

async function unlockVersions(
  db: Db<VaultTables>,
  root: RootKeyProvider,
  workspaceId: WorkspaceId,
): Promise<WorkspaceKeys> {
  const rows = await listWorkspaceKeys(db, workspaceId);
  if (rows.length === 0) throw new Refusal("unavailable", "vault.keys_missing");
  const versions = new Map<number, KeyObject>();
  for (const row of rows) versions.set(row.version, await unlockVersion(root, workspaceId, row));
  return new WorkspaceKeys(versions);
}

export async function loadIndexKeys(
  db: Db<VaultTables>,
  keys: WorkspaceKeys,
  workspaceId: WorkspaceId,
): Promise<IndexKeys> {
  const row = await findIndexKey(db, workspaceId, INDEX_MASTER);
  if (row === undefined) throw new Refusal("unavailable", "vault.keys_missing");
  try {
    return new IndexKeys(
      takeKey(keys.unwrap(row.version, row.wrapped, indexAssociated(workspaceId, INDEX_MASTER))),
    );
  } catch (cause) {
    throw new Refusal("unavailable", "vault.locked", { cause });
  }
}

/** Makes version 1 and the index master, unless another transaction has made them. */
export async function makeWorkspaceKeys(
  tx: Tx<VaultTables>,
  root: RootKeyProvider,
  workspaceId: WorkspaceId,
): Promise<void> {
  await holdRootKey(tx, root);
  const plain = randomBytes(KEY_BYTES);
  const wrapped = await root.wrap(plain, versionAssociated(workspaceId, 1));
  const keys = new WorkspaceKeys(new Map([[1, wrappingKey(plain)]]));
  if (!(await insertWorkspaceKey(tx, workspaceId, { version: 1, wrapped }))) return;
  const master = randomBytes(KEY_BYTES);
  await insertIndexKey(tx, workspaceId, INDEX_MASTER, {
    version: 1,
    wrapped: keys.wrap(master, indexAssociated(workspaceId, INDEX_MASTER)),
  });
  master.fill(0);
}

async function unlockVersion(
  root: RootKeyProvider,
  workspaceId: WorkspaceId,
  { version, wrapped }: WorkspaceKeyRow,
): Promise<KeyObject> {
  try {
    return wrappingKey(await root.unwrap(wrapped, versionAssociated(workspaceId, version)));
  } catch (cause) {
    throw new Refusal("unavailable", "vault.locked", { cause });
  }
}

/** Empties `workspaceKey`. */
function wrappingKey(workspaceKey: Buffer): KeyObject {
  return deriveKey(takeKey(workspaceKey), "wardroom/workspace/wrap/v1");
}

/** What a wrapped workspace key is bound to. */
export function versionAssociated(workspaceId: WorkspaceId, version: number): Buffer {
  return Buffer.from(`wardroom/workspace-key/v1|${workspaceId}|${version}`);
}

/** What a wrapped index key is bound to. */
export function indexAssociated(workspaceId: WorkspaceId, name: string): Buffer {
  return Buffer.from(`wardroom/index-key/v1|${workspaceId}|${name}`);
}
