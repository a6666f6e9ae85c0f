import { closeWorkspace } from "../../identity/close-workspace.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import { lockWorkspaceMembers } from "../../identity/member.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { type ClosedWorkspaceTables, closeForEver } from "../../platform/closed-workspace.ts";
import { inScope, inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import type { AccessTables } from "../tables.ts";
import {
  type Deletion,
  databaseNow,
  lockDeletion,
  nextVersion,
  recordForgedDeletion,
  writeDeletion,
} from "./deletion-row.ts";

/** Lets go of what another room holds of the workspace, in the transaction in which its deletion begins. */
export type OnDeletionBegun = (
  tx: Tx<IdentityTables>,
  begun: { readonly workspaceId: WorkspaceId; readonly now: Date },
) => Promise<void>;

/** The deletion of a workspace, while it waits and is due by both clocks; nothing changes. */
export async function findDueDeletion(
  handles: IdentityHandles,
  workspaceId: WorkspaceId,
): Promise<Deletion | undefined> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const found = await inWorkspace(handles.db, workspaceId, async (tx) => {
    const own = narrow<AccessTables>(tx);
    const deletion = await lockDeletion(own, installation, workspaceId);
    if (typeof deletion === "string") return deletion;
    return isDue(deletion, { here: handles.clock(), there: await databaseNow(own) }) ? deletion : "absent";
  });
  if (found === "forged") await recordForgedDeletion(handles, workspaceId);
  return typeof found === "string" ? undefined : found;
}

/**
 * Begins what is due: from the commit on nobody signs in, every session has ended, nothing is sent or taken in, no row is
 * added, and nobody can cancel. False where it is not due after all: cancelled in the last moment, say.
 */
export async function beginDeletion(
  handles: IdentityHandles,
  workspaceId: WorkspaceId,
  onBegun: OnDeletionBegun,
): Promise<boolean> {
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return inWorkspace(handles.db, workspaceId, async (tx) => {
    // In the order of those who ask and cancel.
    await lockWorkspaceMembers(tx, workspaceId);
    const own = narrow<AccessTables>(tx);
    const deletion = await lockDeletion(own, installation, workspaceId);
    if (typeof deletion === "string") return false;
    const now = handles.clock();
    const there = await databaseNow(own);
    if (!isDue(deletion, { here: now, there })) return false;
    await writeDeletion(own, installation, {
      ...deletion,
      ...{ state: "running", decidedAt: there, version: nextVersion(deletion, now) },
    });
    await own.insertInto("access_deletion_route").values({ workspace_id: workspaceId }).execute();
    await closeWorkspace(tx, workspaceId);
    await onBegun(tx, { workspaceId, now });
    await closeForEver(narrow<ClosedWorkspaceTables>(tx), workspaceId);
    await inScope(tx, INSTALLATION, () =>
      record(handles, tx, INSTALLATION, {
        kind: "access.deletion_begun",
        actor: "system:deletion",
        subject: `workspace:${workspaceId}`,
        outcome: "success",
        detail: { requestedBy: deletion.requestedBy, requestedAt: deletion.requestedAt.toISOString() },
      }),
    );
    return true;
  });
}

/** Both clocks have to say so: one that jumps, or was set, deletes nothing by itself. */
function isDue(
  { state, dueAt }: Deletion,
  { here, there }: { readonly here: Date; readonly there: Date },
): boolean {
  return state === "waiting" && here >= dueAt && there >= dueAt;
}
