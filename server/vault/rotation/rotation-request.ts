import type { AuditLog } from "../../audit/audit-log.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { Lease } from "../../platform/lease.ts";
import type { RootKeyProvider } from "../root-key.ts";
import type { VaultTables } from "../tables.ts";

/** "now": by somebody's wish, whatever the age; "when_due": as the daily job asks. */
export type RotationWish = "now" | "when_due";

export interface RotateWorkspaceKey {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly wish: RotationWish;
  /** For the log: "operator" or "system:key-rotation". */
  readonly actor: string;
  /** How long a process that died keeps others waiting, and how long we wait for one, in s. Ours. */
  readonly leaseSeconds?: number | undefined;
  /** Tells it to stop at the next place where it may. */
  readonly ended?: AbortSignal | undefined;
}

/** What a run of a rotation came to. */
export interface WorkspaceRotation {
  readonly workspaceId: WorkspaceId;
  /**
   * "finished": older versions are destroyed. "unfinished": keys are left that need them; another run goes on from
   * here. "elsewhere": another process is at it. "nothing": the key is young enough.
   */
  readonly state: "finished" | "unfinished" | "elsewhere" | "nothing";
  /** The newest version; 0 where it is not known. */
  readonly version: number;
  /** Data keys that this run has wrapped anew. */
  readonly rewrapped: number;
  /** Keys that still need an older version. */
  readonly left: number;
  /** Among them, those that do not unwrap. */
  readonly damaged: number;
}

export interface ChangeRootKey {
  /** The key to come. It lies on disk already: from the commit on nothing opens without it. */
  readonly next: RootKeyProvider;
  readonly lease: Lease;
  readonly audit: AuditLog;
  readonly now: Date;
  readonly actor: string;
  /** Every workspace that there is, as `tx` sees it: one that is left out is lost with the old key. */
  readonly listWorkspaceIds: (tx: Tx<VaultTables>) => Promise<readonly WorkspaceId[]>;
}
