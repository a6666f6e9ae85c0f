import type { Kysely } from "kysely";
import { afterCommit, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { DataKeyCache } from "./data-key-cache.ts";
import { OpenedWorkspace } from "./opened-workspace.ts";
import { checkRootKey, isSealed } from "./root-check.ts";
import type { RootKeyProvider, Start } from "./root-key.ts";
import type { VaultTables } from "./tables.ts";
import type { Vault, WorkspaceVault } from "./vault.ts";
import { loadIndexKeys, loadWorkspaceKeys, makeWorkspaceKeys } from "./workspace-keys.ts";

/** Gets the root key for this start; see `openRootKey`, which does it by the settings. */
export type OpenRootKey = (start: Start) => Promise<RootKeyProvider>;

/**
 * Opens the vault over `db` (the application role): finds the root key, or lets it be made on the very first start,
 * proves that it is the right one, and makes the installation's own keys. Throws a StartFault when it is not.
 */
export async function openVault(
  db: Kysely<VaultTables>,
  openRootKey: OpenRootKey,
  options: { readonly cachedKeys?: number } = {},
): Promise<Vault> {
  const root = await openRootKey((await isSealed(db)) ? "again" : "first");
  await checkRootKey(db, root);
  const vault = new OpenVault(db, root, new DataKeyCache(options.cachedKeys));
  await inWorkspace(db, INSTALLATION, (tx) => vault.createWorkspace(tx, INSTALLATION));
  return vault;
}

class OpenVault implements Vault {
  readonly #db: Kysely<VaultTables>;
  readonly #cache: DataKeyCache;
  readonly #workspaces = new Map<WorkspaceId, Promise<WorkspaceVault>>();
  #root: RootKeyProvider | undefined;

  constructor(db: Kysely<VaultTables>, root: RootKeyProvider, cache: DataKeyCache) {
    this.#db = db;
    this.#root = root;
    this.#cache = cache;
  }

  openWorkspace(workspaceId: WorkspaceId): Promise<WorkspaceVault> {
    let opening = this.#workspaces.get(workspaceId);
    if (opening === undefined) {
      opening = inWorkspace(this.#db, workspaceId, (tx) => this.#load(tx, workspaceId));
      this.#workspaces.set(workspaceId, opening);
      // A KMS that was away for a moment, or a workspace that was not committed yet: the next caller tries again.
      opening.catch(() => {
        if (this.#workspaces.get(workspaceId) === opening) this.#workspaces.delete(workspaceId);
      });
    }
    return opening;
  }

  async createWorkspace(tx: Tx<VaultTables>, workspaceId: WorkspaceId): Promise<WorkspaceVault> {
    await makeWorkspaceKeys(tx, this.#unlockedRoot(), workspaceId);
    const workspace = await this.#load(tx, workspaceId);
    afterCommit(tx, () => {
      if (this.#root !== undefined) this.#workspaces.set(workspaceId, Promise.resolve(workspace));
    });
    return workspace;
  }

  async deriveInstallationKey(label: string): Promise<Buffer> {
    return this.#unlockedRoot().derive(label);
  }

  async describeRoot(): Promise<{ readonly provider: string; readonly id: string }> {
    const root = this.#unlockedRoot();
    return { provider: root.provider, id: await root.id() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#root = undefined;
    this.#workspaces.clear();
    this.#cache.clear();
  }

  async #load(tx: Tx<VaultTables>, workspaceId: WorkspaceId): Promise<WorkspaceVault> {
    const root = this.#unlockedRoot();
    const keys = await loadWorkspaceKeys(tx, root, workspaceId);
    const index = await loadIndexKeys(tx, keys, workspaceId);
    return new OpenedWorkspace(workspaceId, { root, keys, index, cache: this.#cache });
  }

  #unlockedRoot(): RootKeyProvider {
    if (this.#root === undefined) throw new Refusal("unavailable", "vault.locked");
    return this.#root;
  }
}
