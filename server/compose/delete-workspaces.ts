import { rm } from "node:fs/promises";
import type { Kysely } from "kysely";
import { beginDeletion, findDueDeletion, type OnDeletionBegun } from "../access/deletion/begin-deletion.ts";
import { databaseNow, lockDeletion, recordForgedDeletion } from "../access/deletion/deletion-row.ts";
import { findForgedClosings } from "../access/deletion/find-forged-closings.ts";
import {
  listPurgedTables,
  listRunningDeletions,
  purgeLastRows,
  purgePeople,
  purgeSome,
} from "../access/deletion/purge-rows.ts";
import type { AccessTables } from "../access/tables.ts";
import { listWorkspaceIds } from "../identity/describe-workspace.ts";
import { ForgedRow, recordForgery } from "../identity/forged-row.ts";
import { type IdentityHandles, record } from "../identity/handles.ts";
import {
  CLOSED_TABLE,
  type ClosedWorkspaceTables,
  closeForEver,
  haveWritersEnded,
} from "../platform/closed-workspace.ts";
import { inScope, inWorkspace, narrow } from "../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../platform/ids.ts";
import { acquireLease, type Lease, type LeaseTables, releaseLease, renewLease } from "../platform/lease.ts";
import type { Logger } from "../platform/log.ts";
import type { VaultTables } from "../vault/tables.ts";
import { workspaceFolder } from "../whatsapp/media/media-place.ts";
import { releaseNumbers } from "../whatsapp/numbers/release-numbers.ts";
import type { WhatsappTables } from "../whatsapp/tables.ts";

/**
 * How long a deletion is due before a process begins it, in ms of its own stopwatch. Ours: where both clocks jump, as on
 * one machine, somebody has an hour to see the banner and to cancel.
 */
const GRACE_MS = 60 * 60 * 1000;

/** How long what was under way at the beginning has to end before rows are removed, in ms. Ours: four statements' worth. */
const SETTLE_MS = 60_000;

const LEASE_SECONDS = 5 * 60;

export interface DeletionOptions {
  readonly handles: IdentityHandles;
  readonly mediaDir: string;
  readonly log: Logger;
  /** Writes a key bundle without the destroyed keys. */
  readonly writeKeyBundle: () => Promise<unknown>;
  readonly graceMs?: number;
  readonly settleMs?: number;
}

/** Deletes the workspaces whose seven days are over. Made once a process, because it counts an hour in it. */
export class WorkspaceDeletions {
  readonly #options: DeletionOptions;
  /** By the stopwatch, in ms. */
  readonly #dueSince = new Map<WorkspaceId, number>();
  /** Closed by hand, and told. */
  readonly #told = new Set<WorkspaceId>();

  constructor(options: DeletionOptions) {
    this.#options = options;
  }

  /** Begins what is due, and goes on with what is under way. Safe to be cut off anywhere, and in two processes. */
  async run(ended: AbortSignal): Promise<void> {
    const { handles } = this.#options;
    await this.#tellForgedClosings();
    for (const workspaceId of await listWorkspaceIds(handles)) {
      if (ended.aborted) return;
      await this.#beginWhenDue(workspaceId);
    }
    for (const workspaceId of await listRunningDeletions(
      narrow<AccessTables>(handles.db) as Kysely<AccessTables>,
    )) {
      if (ended.aborted) return;
      await this.#goOn(workspaceId, ended);
    }
  }

  /** Told once a process: whoever closes a workspace by hand stops its work, and nothing else would say so. */
  async #tellForgedClosings(): Promise<void> {
    const { handles, log } = this.#options;
    const forged = new Set(await findForgedClosings(handles));
    for (const workspaceId of this.#told.difference(forged)) this.#told.delete(workspaceId);
    for (const workspaceId of forged.difference(this.#told)) {
      await recordForgery(handles, new ForgedRow(CLOSED_TABLE, workspaceId));
      log.error(
        { workspaceId },
        "a workspace was closed in the database by hand: it takes no row (docs/operating.md)",
      );
      this.#told.add(workspaceId);
    }
  }

  async #beginWhenDue(workspaceId: WorkspaceId): Promise<void> {
    const { handles, log, graceMs = GRACE_MS } = this.#options;
    if ((await findDueDeletion(handles, workspaceId)) === undefined) {
      this.#dueSince.delete(workspaceId);
      return;
    }
    const since = this.#dueSince.get(workspaceId) ?? performance.now();
    this.#dueSince.set(workspaceId, since);
    if (performance.now() - since < graceMs) return;
    if (await beginDeletion(handles, workspaceId, letGo))
      log.warn({ workspaceId }, "the deletion of a workspace has begun");
    this.#dueSince.delete(workspaceId);
  }

  async #goOn(workspaceId: WorkspaceId, ended: AbortSignal): Promise<void> {
    const { handles, settleMs = SETTLE_MS } = this.#options;
    const begunMs = await findBegun(handles, workspaceId);
    if (begunMs === undefined || begunMs < settleMs) return;
    if (!(await isStill(handles, workspaceId))) return;
    const lease = await acquireLease<LeaseTables>(narrow<LeaseTables>(handles.db), {
      name: `deletion:${workspaceId}`,
      seconds: LEASE_SECONDS,
    });
    if (lease === undefined) return;
    try {
      await this.#finish(workspaceId, lease, ended);
    } finally {
      await releaseLease(narrow<LeaseTables>(handles.db), lease);
    }
  }

  /** Each step finds what is left of it, so that a cut anywhere is gone on from. Keys first: then all is unreadable. */
  async #finish(workspaceId: WorkspaceId, lease: Lease, ended: AbortSignal): Promise<void> {
    const { handles, mediaDir, log, writeKeyBundle } = this.#options;
    const destroyed = await destroyKeys(handles, workspaceId);
    if (destroyed > 0) await writeKeyBundle();
    const installation = await handles.vault.openWorkspace(INSTALLATION);
    await purgePeople(handles.db, installation, { workspaceId, now: handles.clock() });
    for (const table of await listPurgedTables(handles.db)) {
      while ((await purgeSome(handles.db, workspaceId, table)) > 0) {
        if (ended.aborted) return;
        if (!(await renewLease(narrow<LeaseTables>(handles.db), lease, LEASE_SECONDS))) return;
      }
    }
    await rm(workspaceFolder(mediaDir, workspaceId), { recursive: true, force: true });
    await conclude(handles, workspaceId);
    log.warn({ workspaceId }, "a workspace is deleted");
  }
}

const letGo: OnDeletionBegun = (tx, { workspaceId, now }) =>
  releaseNumbers(narrow<WhatsappTables>(tx), workspaceId, now);

/** How long ago the deletion began, in ms by the database's clock; undefined where we did not begin one. */
async function findBegun(handles: IdentityHandles, workspaceId: WorkspaceId): Promise<number | undefined> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const found = await inWorkspace(handles.db, workspaceId, async (tx) => {
    const own = narrow<AccessTables>(tx);
    const deletion = await lockDeletion(own, installation, workspaceId);
    if (typeof deletion === "string") return "forged" as const;
    if (deletion.state !== "running" || deletion.decidedAt === null) return "forged" as const;
    return (await databaseNow(own)).getTime() - deletion.decidedAt.getTime();
  });
  if (found !== "forged") return found;
  await recordForgedDeletion(handles, workspaceId);
  return undefined;
}

/** Whether nobody writes into it any more: what is removed from here on is all there ever is. */
async function isStill({ db }: IdentityHandles, workspaceId: WorkspaceId): Promise<boolean> {
  // Again, for a deletion that an earlier release has begun.
  await inWorkspace(db, INSTALLATION, (tx) => closeForEver(narrow<ClosedWorkspaceTables>(tx), workspaceId));
  return haveWritersEnded(db, workspaceId);
}

async function destroyKeys(handles: IdentityHandles, workspaceId: WorkspaceId): Promise<number> {
  return inWorkspace(handles.db, workspaceId, async (tx) => {
    const now = handles.clock();
    const destroyed = await handles.vault.destroyWorkspace(narrow<VaultTables>(tx), workspaceId, now);
    if (destroyed > 0)
      await inScope(tx, INSTALLATION, () =>
        record(handles, tx, INSTALLATION, {
          kind: "access.deletion_keys_destroyed",
          actor: "system:deletion",
          subject: `workspace:${workspaceId}`,
          outcome: "success",
          detail: { versions: destroyed },
        }),
      );
    return destroyed;
  });
}

/** The last rows and the last word, together: it is said once. */
async function conclude(handles: IdentityHandles, workspaceId: WorkspaceId): Promise<void> {
  await inWorkspace(handles.db, workspaceId, async (tx) => {
    await purgeLastRows(tx);
    await inScope(tx, INSTALLATION, () =>
      record(handles, tx, INSTALLATION, {
        kind: "access.workspace_deleted",
        actor: "system:deletion",
        subject: `workspace:${workspaceId}`,
        outcome: "success",
      }),
    );
  });
}
