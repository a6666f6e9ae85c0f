import type { Kysely } from "kysely";
import { afterCommit, inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import { listen } from "../platform/listen.ts";
import { Refusal } from "../platform/refusal.ts";
import { CurrentRoot } from "./current-root.ts";
import { DataKeyCache } from "./data-key-cache.ts";
import { announceDestroyedWorkspace, DESTROYED_KEYS_CHANNEL, readDestroyed } from "./destroyed-keys.ts";
import { listDerivedKeys } from "./earlier-keys.ts";
import type { CarriedLabel, InstallationLabel } from "./installation-label.ts";
import { OpenedWorkspace } from "./opened-workspace.ts";
import { checkRootKey, findRootKeyId, isSealed } from "./root-check.ts";
import type { RootKeyProvider, Start } from "./root-key.ts";
import { changeRootKey } from "./rotation/change-root-key.ts";
import { rotateWorkspaceKey } from "./rotation/rotate-workspace-key.ts";
import type { ChangeRootKey, RotateWorkspaceKey, WorkspaceRotation } from "./rotation/rotation-request.ts";
import type { RotationTables } from "./rotation/rotation-run.ts";
import { SeenVersions } from "./seen-versions.ts";
import type { VaultTables } from "./tables.ts";
import type { DestroyedKeysLine, Vault, WorkspaceVault } from "./vault.ts";
import { destroyWorkspaceKeys } from "./workspace-key-store.ts";
import { loadIndexKeys, loadWorkspaceKeys, makeWorkspaceKeys } from "./workspace-keys.ts";

/**
 * Gets the root key for this start; see `openRootKey`, which does it by the settings. `wanted` is the id of the key that
 * the database names, where it names one.
 */
export type OpenRootKey = (start: Start, wanted: string | undefined) => Promise<RootKeyProvider>;

export interface VaultOptions {
  readonly cachedKeys?: number;
  /** Milliseconds on a clock that only goes forward; the process's own where it is not given. */
  readonly steadyMs?: () => number;
}

/**
 * Opens the vault over `db` (the application role): finds the root key, or lets it be made on the very first start,
 * proves that it is the right one, and makes the installation's own keys. Throws a StartFault when it is not.
 */
export async function openVault(
  db: Kysely<VaultTables>,
  openRootKey: OpenRootKey,
  options: VaultOptions = {},
): Promise<Vault> {
  const found = await openRootKey((await isSealed(db)) ? "again" : "first", await findRootKeyId(db));
  await checkRootKey(db, found);
  const root = new CurrentRoot(found, async (id) => {
    const wanted = await findRootKeyId(db);
    if (wanted === undefined || wanted === id) return undefined;
    const next = await openRootKey("again", wanted);
    return (await next.id()) === wanted ? next : undefined;
  });
  const vault = new OpenVault(db, root, {
    cache: new DataKeyCache(options.cachedKeys),
    versions: new SeenVersions(options.steadyMs),
  });
  await inWorkspace(db, INSTALLATION, (tx) => vault.createWorkspace(tx, INSTALLATION));
  return vault;
}

class OpenVault implements Vault {
  readonly #db: Kysely<VaultTables>;
  readonly #cache: DataKeyCache;
  readonly #versions: SeenVersions;
  readonly #workspaces = new Map<WorkspaceId, Promise<WorkspaceVault>>();
  #root: CurrentRoot | undefined;

  constructor(
    db: Kysely<VaultTables>,
    root: CurrentRoot,
    { cache, versions }: { readonly cache: DataKeyCache; readonly versions: SeenVersions },
  ) {
    this.#db = db;
    this.#root = root;
    this.#cache = cache;
    this.#versions = versions;
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

  async deriveInstallationKey(label: InstallationLabel): Promise<Buffer> {
    return this.#unlockedRoot().derive(label);
  }

  async listEarlierInstallationKeys(label: CarriedLabel): Promise<Buffer[]> {
    const root = this.#unlockedRoot();
    return inWorkspace(this.#db, INSTALLATION, async (tx) =>
      listDerivedKeys(tx, await loadWorkspaceKeys(tx, root, INSTALLATION), label),
    );
  }

  async rotateWorkspaceKey(
    workspaceId: WorkspaceId,
    options: RotateWorkspaceKey,
  ): Promise<WorkspaceRotation> {
    const db = this.#db as unknown as Kysely<RotationTables>;
    return rotateWorkspaceKey(db, this.#unlockedRoot(), workspaceId, options);
  }

  async changeRootKey(change: ChangeRootKey): Promise<number | undefined> {
    const root = this.#unlockedRoot();
    const wrapped = await changeRootKey(this.#db as unknown as Kysely<RotationTables>, root, change);
    root.adopt(change.next);
    return wrapped;
  }

  hearDestroyedKeys(line: DestroyedKeysLine): Promise<AsyncDisposable> {
    return listen({
      ...line,
      channel: DESTROYED_KEYS_CHANNEL,
      onPayload: (payload) => {
        const destroyed = readDestroyed(payload);
        if (Array.isArray(destroyed)) this.#cache.forgetDestroyed(destroyed);
        else this.#forgetWorkspace(destroyed);
      },
      onGap: () => this.#cache.clear(),
    });
  }

  async destroyWorkspace(tx: Tx<VaultTables>, workspaceId: WorkspaceId, now: Date): Promise<number> {
    if (workspaceId === INSTALLATION) throw new Error("the installation's keys are not destroyed");
    const destroyed = await destroyWorkspaceKeys(tx, workspaceId, now);
    await announceDestroyedWorkspace(tx, workspaceId);
    afterCommit(tx, () => this.#forgetWorkspace(workspaceId));
    return destroyed;
  }

  /** Who held on to the workspace still has its keys in memory until they let go: some moments. */
  #forgetWorkspace(workspaceId: WorkspaceId): void {
    this.#workspaces.delete(workspaceId);
    this.#cache.clear();
  }

  async describeRoot(): Promise<{ readonly provider: string; readonly id: string }> {
    const root = this.#unlockedRoot();
    await root.renew();
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
    return new OpenedWorkspace(workspaceId, {
      ...{ root, keys, index },
      ...{ cache: this.#cache, versions: this.#versions },
    });
  }

  #unlockedRoot(): CurrentRoot {
    if (this.#root === undefined) throw new Refusal("unavailable", "vault.locked");
    return this.#root;
  }
}
