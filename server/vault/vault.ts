import type { Readable } from "node:stream";
import type { Db, Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { ListenOptions } from "../platform/listen.ts";
import type { CarriedLabel, InstallationLabel } from "./installation-label.ts";
import type { ChangeRootKey, RotateWorkspaceKey, WorkspaceRotation } from "./rotation/rotation-request.ts";
import type { VaultTables } from "./tables.ts";

/** What a data key protects. Each class dies by a rule of its own: a record outlives the conversation it was in. */
export type KeyClass = "profile" | "conversation" | "record" | "member" | "workspace";

/**
 * Whose data, of which class, from which month (UTC, of `at`). The classes `member` and `workspace` have no months:
 * their data ends with the member or the workspace.
 */
export interface KeySubject {
  readonly subjectId: string;
  readonly keyClass: KeyClass;
  readonly at: Date;
}

/** Where a sealed value stands. It opens there and nowhere else. Table and column as in the migrations. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** The row's id, or what stands for it where the table has another key. */
  readonly rowId: string;
}

/** What a row MAC covers. Numbers are whole; a number and a bigint of the same value are the same field. */
export type MacField = string | number | bigint | boolean | Buffer | Date | null;

export interface Vault extends AsyncDisposable {
  /**
   * The workspace with its keys unwrapped; asynchronous because a KMS may hold the root. Cached.
   * Refuses with `vault.locked` when the keys do not unwrap, `vault.keys_missing` when there are none (yet: a
   * workspace made in a transaction that is still open). Takes a connection of its own: call it before you open one.
   */
  openWorkspace(workspaceId: WorkspaceId): Promise<WorkspaceVault>;
  /**
   * Makes the workspace's first key and its index master, inside the caller's `inWorkspace` transaction; finds them
   * when they are there already. The result is usable at once; `openWorkspace` knows it only after the commit.
   */
  createWorkspace(tx: Tx<VaultTables>, workspaceId: WorkspaceId): Promise<WorkspaceVault>;
  /** 32 bytes derived from the root key for a named use outside the database. Another root key derives others. */
  deriveInstallationKey(label: InstallationLabel): Promise<Buffer>;
  /** What the root keys before this one derived for that use, the earliest first. */
  listEarlierInstallationKeys(label: CarriedLabel): Promise<Buffer[]>;
  /** Which provider holds the root key, and the identifier (not the key) by which to compare it. */
  describeRoot(): Promise<{ readonly provider: string; readonly id: string }>;
  /** A new version of a workspace's key, for all that the older ones wrapped. See `rotateWorkspaceKey`. */
  rotateWorkspaceKey(workspaceId: WorkspaceId, options: RotateWorkspaceKey): Promise<WorkspaceRotation>;
  /**
   * Destroys every version of a workspace's key: with the commit all that it ever sealed is unreadable, here and in
   * every other process. Returns how many versions were left to destroy. What is left of the data keys' rows opens
   * nothing.
   */
  destroyWorkspace(tx: Tx<VaultTables>, workspaceId: WorkspaceId, now: Date): Promise<number>;
  /** Another root key for all workspace keys, used from the return on. See `changeRootKey`. */
  changeRootKey(change: ChangeRootKey): Promise<number | undefined>;
  /**
   * Forgets, within moments, the cached keys that other processes destroy, until disposed: without it a process opens
   * what another one erased for as long as its cache lasts. While the line is away nothing is heard; once it stands
   * again, all cached keys are forgotten. Rejects when the first connection fails.
   */
  hearDestroyedKeys(line: DestroyedKeysLine): Promise<AsyncDisposable>;
}

export type DestroyedKeysLine = Pick<ListenOptions, "url" | "log" | "checkMs">;

export interface WorkspaceVault {
  readonly workspaceId: WorkspaceId;
  /**
   * Keyed hash of 32 bytes, to look up what is stored sealed: equal values under one `index` name are equal, across
   * names and workspaces they are unrelated. Untouched by key rotation. Strings count as UTF-8.
   */
  hash(index: string, value: string | Buffer): Buffer;
  /** MAC of 32 bytes over a row that gives power. Each field is tagged and length-prefixed, so none can shift. */
  mac(label: string, fields: readonly MacField[]): Buffer;
  /** Checks such a MAC in constant time. */
  isMac(label: string, fields: readonly MacField[], mac: Buffer): boolean;
  /**
   * Whether a row that gives power, its MAC checked, is the newest that this process knows of: false when a higher
   * version of it was seen 5 seconds ago or longer. A row written back from an old copy has a MAC that fits. Remembers
   * what it is asked about, so ask of committed rows only. What another process saw, or this one before it started, it
   * does not know (docs/threats.md).
   */
  isNewest(label: string, row: { readonly id: string; readonly version: number }): boolean;
  /** The same for a row that is not there, or not any more: false when one was seen. */
  wasNever(label: string, id: string): boolean;
  /** That a row has ended, told after the commit: one put back in its place is not the newest. */
  noteEnd(label: string, id: string): void;
  /**
   * Finds or makes the keys to seal with, and holds them: nobody can destroy them before `tx` ends. One round trip,
   * unless another transaction makes one of them at the same moment. Throws KeyErased when one is destroyed.
   */
  keysFor(tx: Tx<VaultTables>, subjects: readonly KeySubject[]): Promise<SealingKeys>;
  /**
   * The keys that these sealed values (or heads of sealed files) name: one query for all that are not cached.
   * A destroyed key is absent from the result; so is the key of anything that is not a sealed value.
   */
  keysOf(db: Db<VaultTables>, sealed: ReadonlyArray<Buffer | null>): Promise<OpeningKeys>;
  /**
   * Destroys every key of these subjects: what they sealed is unreadable from the commit on, in backups, too, once no
   * key bundle holds them. Waits for batches that hold one of them. Other processes are told with the commit. Returns
   * how many were destroyed.
   */
  destroyKeys(tx: Tx<VaultTables>, subjectIds: readonly string[], now: Date): Promise<number>;
}

export interface SealingKeys {
  /** Throws when `subject` was not among those asked for. */
  seal(subject: KeySubject, place: Place, plaintext: Buffer | string): Buffer;
  keyId(subject: KeySubject): string;
  /** Writes `source` sealed to `path`, whole or not at all. Returns the number of plaintext bytes. */
  sealFile(
    subject: KeySubject,
    place: Place,
    source: AsyncIterable<Uint8Array>,
    path: string,
  ): Promise<{ readonly size: number }>;
}

/** Which plaintext bytes of a file, both ends included, as in an HTTP range. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface OpenedFile {
  /** Plaintext bytes of the whole file, also when only a range was asked for. */
  readonly size: number;
  /** Only verified bytes. Errors with Unreadable at the first chunk that is not authentic. */
  readonly content: Readable;
}

export interface OpeningKeys {
  /** Throws Unreadable for a wrong place, tampering, or an absent key. */
  open(place: Place, sealed: Buffer): Buffer;
  openText(place: Place, sealed: Buffer): string;
  /** Whether the key is there. The value may still prove to be forged. */
  canOpen(sealed: Buffer): boolean;
  openFile(place: Place, path: string, range?: ByteRange): Promise<OpenedFile>;
}
