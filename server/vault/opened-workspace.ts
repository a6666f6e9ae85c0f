import { randomBytes } from "node:crypto";
import { afterCommit, type Db, type Tx } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import { DataKey, hexIdOf } from "./data-key.ts";
import { dataKeyAssociated } from "./data-key-binding.ts";
import type { DataKeyCache } from "./data-key-cache.ts";
import {
  type AskedKey,
  type DataKeyRow,
  destroyDataKeys,
  holdDataKeys,
  holdOrMakeDataKeys,
  listDataKeys,
  type NewDataKeyRow,
} from "./data-key-store.ts";
import { KEY_BYTES, takeKey } from "./derive-key.ts";
import { announceDestroyed } from "./destroyed-keys.ts";
import type { IndexKeys } from "./index-keys.ts";
import { KeyErased } from "./key-erased.ts";
import { monthOf, nameOf, requireId } from "./key-subject.ts";
import { LoadedKeys } from "./loaded-keys.ts";
import type { RootKeyProvider } from "./root-key.ts";
import { hexKeyIdOf } from "./sealed-value.ts";
import type { SeenVersions } from "./seen-versions.ts";
import type { VaultTables } from "./tables.ts";
import type { KeySubject, MacField, OpeningKeys, SealingKeys, WorkspaceVault } from "./vault.ts";
import { loadWorkspaceKeys, type WorkspaceKeys } from "./workspace-keys.ts";

/**
 * How often a batch asks for keys that others are making or destroying at the same moment. Once is the rule, twice
 * when another batch makes the same key; three times only if the workspace key is rotated in between.
 */
const MAX_ATTEMPTS = 4;

interface OpenedWorkspaceParts {
  readonly root: RootKeyProvider;
  readonly keys: WorkspaceKeys;
  readonly index: IndexKeys;
  readonly cache: DataKeyCache;
  readonly versions: SeenVersions;
}

/** A workspace whose keys are in memory. Every field that leads to one is private to the runtime, too. */
export class OpenedWorkspace implements WorkspaceVault {
  readonly workspaceId: WorkspaceId;
  readonly #root: RootKeyProvider;
  readonly #index: IndexKeys;
  readonly #cache: DataKeyCache;
  readonly #versions: SeenVersions;
  #keys: WorkspaceKeys;

  constructor(workspaceId: WorkspaceId, { root, keys, index, cache, versions }: OpenedWorkspaceParts) {
    this.workspaceId = workspaceId;
    this.#root = root;
    this.#keys = keys;
    this.#index = index;
    this.#cache = cache;
    this.#versions = versions;
  }

  hash(index: string, value: string | Buffer): Buffer {
    return this.#index.hash(index, value);
  }

  mac(label: string, fields: readonly MacField[]): Buffer {
    return this.#index.mac(label, fields);
  }

  isMac(label: string, fields: readonly MacField[], mac: Buffer): boolean {
    return this.#index.isMac(label, fields, mac);
  }

  isNewest(label: string, { id, version }: { readonly id: string; readonly version: number }): boolean {
    return this.#versions.isNewest(`${this.workspaceId} ${label} ${id}`, version);
  }

  noteEnd(label: string, id: string): void {
    this.#versions.end(`${this.workspaceId} ${label} ${id}`);
  }

  wasNever(label: string, id: string): boolean {
    return this.#versions.wasNever(`${this.workspaceId} ${label} ${id}`);
  }

  async keysFor(tx: Tx<VaultTables>, subjects: readonly KeySubject[]): Promise<SealingKeys> {
    const missing = new Map<string, AskedKey>();
    for (const subject of subjects) {
      const asked = {
        subjectId: requireId(subject.subjectId),
        keyClass: subject.keyClass,
        month: monthOf(subject),
      };
      missing.set(nameOf(asked.subjectId, asked.keyClass, asked.month), asked);
    }
    const held: DataKey[] = [];
    const seenAt = this.#cache.destructions;
    for (let attempt = 1; missing.size > 0; attempt++) {
      if (attempt > MAX_ATTEMPTS) throw new Refusal("unavailable", "vault.keys_contended");
      if (attempt > 2) await this.#reloadKeys(tx);
      const offered = this.#offer(missing, attempt === 1);
      const asked = [...missing.values()];
      const rows =
        offered.length === 0
          ? await holdDataKeys(tx, this.workspaceId, asked)
          : await holdOrMakeDataKeys(tx, this.workspaceId, { asked, offered });
      this.#refuseErased(rows);
      for (const key of await this.#unwrapAll(tx, rows)) {
        held.push(key);
        missing.delete(key.subject);
      }
    }
    this.#cacheAfterCommit(tx, held, seenAt);
    return new LoadedKeys(this.workspaceId, held);
  }

  async keysOf(db: Db<VaultTables>, sealed: ReadonlyArray<Buffer | null>): Promise<OpeningKeys> {
    const found = new Map<string, DataKey>();
    const unknown = new Set<string>();
    for (const value of sealed) {
      const hexId = value === null ? undefined : hexKeyIdOf(value);
      if (hexId === undefined || found.has(hexId)) continue;
      const cached = this.#cache.find(this.workspaceId, hexId);
      if (cached === undefined) unknown.add(hexId);
      else found.set(hexId, cached);
    }
    if (unknown.size === 0) return new LoadedKeys(this.workspaceId, [...found.values()]);
    const seenAt = this.#cache.destructions;
    const loaded = await this.#unwrapAll(db, await this.#listLiving(db, [...unknown]));
    if (db.isTransaction) this.#cacheAfterCommit(db as Tx<VaultTables>, loaded, seenAt);
    return new LoadedKeys(this.workspaceId, [...found.values(), ...loaded]);
  }

  async destroyKeys(tx: Tx<VaultTables>, subjectIds: readonly string[], now: Date): Promise<number> {
    const ids = await destroyDataKeys(tx, this.workspaceId, subjectIds, now);
    const hexIds = ids.map(hexIdOf);
    await announceDestroyed(tx, hexIds);
    afterCommit(tx, () => this.#cache.forgetDestroyed(hexIds));
    return ids.length;
  }

  /** New keys for those that may not exist yet. On the first attempt the cache spares us the known ones. */
  #offer(missing: ReadonlyMap<string, AskedKey>, isFirstAttempt: boolean): NewDataKeyRow[] {
    const offered: NewDataKeyRow[] = [];
    for (const [name, asked] of missing) {
      if (isFirstAttempt && this.#cache.knowsSubject(this.workspaceId, name)) continue;
      const row = { ...asked, id: newId<string>(), version: this.#keys.newest };
      const plain = randomBytes(KEY_BYTES);
      offered.push({ ...row, wrapped: this.#keys.wrap(plain, dataKeyAssociated(this.workspaceId, row)) });
      plain.fill(0);
    }
    return offered;
  }

  #refuseErased(rows: readonly DataKeyRow[]): void {
    const erased = rows.filter((row) => row.wrapped === null);
    if (erased.length === 0) return;
    for (const row of erased) this.#cache.forget(hexIdOf(row.id));
    throw new KeyErased([...new Set(erased.map((row) => row.subjectId))]);
  }

  /**
   * Read without a lock, so that a rotation may re-wrap them and destroy their version before we have that version's
   * key. The rows as they are then name a newer one.
   */
  async #listLiving(db: Db<VaultTables>, ids: readonly string[]): Promise<NewDataKeyRow[]> {
    for (let attempt = 1; ; attempt++) {
      const rows = await listDataKeys(db, this.workspaceId, ids);
      const areKnown = () => rows.every((row) => this.#keys.has(row.version));
      if (areKnown() || attempt === MAX_ATTEMPTS) return rows;
      await this.#reloadKeys(db);
      if (areKnown()) return rows;
    }
  }

  async #unwrapAll(db: Db<VaultTables>, rows: readonly DataKeyRow[]): Promise<DataKey[]> {
    if (rows.some((row) => !this.#keys.has(row.version))) await this.#reloadKeys(db);
    return rows.map((row) => this.#unwrap(row));
  }

  #unwrap(row: DataKeyRow): DataKey {
    const subject = nameOf(row.subjectId, row.keyClass, row.month);
    const cached = this.#cache.find(this.workspaceId, hexIdOf(row.id));
    // A row whose subject was exchanged in the database does not get the cached key: unwrapping will refuse it.
    if (cached?.subject === subject) return cached;
    try {
      if (row.wrapped === null) throw new Error("A destroyed key cannot be unwrapped");
      const plain = this.#keys.unwrap(row.version, row.wrapped, dataKeyAssociated(this.workspaceId, row));
      return new DataKey(this.workspaceId, row.id, subject, takeKey(plain));
    } catch (cause) {
      throw new Refusal("unavailable", "vault.locked", { cause });
    }
  }

  /** Another process has rotated the workspace key. */
  async #reloadKeys(db: Db<VaultTables>): Promise<void> {
    this.#keys = await loadWorkspaceKeys(db, this.#root, this.workspaceId);
  }

  /** Not before: a key made in a transaction that rolls back must not seal for the next one. */
  #cacheAfterCommit(tx: Tx<VaultTables>, keys: readonly DataKey[], seenAt: number): void {
    afterCommit(tx, () => {
      for (const key of keys) this.#cache.add(key, seenAt);
    });
  }
}
