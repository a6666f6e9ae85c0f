import { type Kysely, sql } from "kysely";
import type { MemberId } from "../../identity/actor.ts";
import { ForgedRow, recordForgery } from "../../identity/forged-row.ts";
import type { IdentityHandles } from "../../identity/handles.ts";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables, DeletionState } from "../tables.ts";

/** A deletion as stored, its MAC checked. */
export interface Deletion {
  readonly workspaceId: WorkspaceId;
  readonly state: DeletionState;
  readonly requestedBy: MemberId;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  readonly decidedAt: Date | null;
  readonly version: number;
}

/** "forged": a row that we did not write, or one that was put back from an older copy. It deletes nothing. */
export type FoundDeletion = Deletion | "absent" | "forged";

/** `tx` must be scoped to the workspace. The row is locked until `tx` ends: of a cancellation and the job one is first. */
export async function lockDeletion(
  tx: Tx<AccessTables>,
  installation: WorkspaceVault,
  workspaceId: WorkspaceId,
): Promise<FoundDeletion> {
  const row = await tx
    .selectFrom("access_deletion")
    .where("workspace_id", "=", workspaceId)
    .select(["state", "requested_by", "requested_at", "due_at", "decided_at", "version", "mac"])
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return "absent";
  const deletion: Deletion = {
    workspaceId,
    state: row.state,
    requestedBy: row.requested_by as MemberId,
    requestedAt: row.requested_at,
    dueAt: row.due_at,
    decidedAt: row.decided_at,
    version: Number(row.version),
  };
  if (!Number.isSafeInteger(deletion.version)) return "forged";
  if (!installation.isMac(LABEL, macFields(deletion), row.mac)) return "forged";
  const isNewest = installation.isNewest(LABEL, { id: workspaceId, version: deletion.version });
  return isNewest ? deletion : "forged";
}

/** Writes what became of a deletion, as its next version. */
export async function writeDeletion(
  tx: Tx<AccessTables>,
  installation: WorkspaceVault,
  deletion: Deletion,
): Promise<void> {
  const row = {
    state: deletion.state,
    requested_by: deletion.requestedBy,
    requested_at: deletion.requestedAt,
    due_at: deletion.dueAt,
    decided_at: deletion.decidedAt,
    version: deletion.version,
    mac: installation.mac(LABEL, macFields(deletion)),
  };
  await tx
    .insertInto("access_deletion")
    .values({ workspace_id: deletion.workspaceId, ...row })
    .onConflict((conflict) => conflict.column("workspace_id").doUpdateSet(row))
    .execute();
}

/** Above the version before, and at least the time: a row over a forged one is newer than what anybody has seen. */
export function nextVersion(before: FoundDeletion, now: Date): number {
  return Math.max(typeof before === "string" ? 0 : before.version + 1, now.getTime());
}

/** What the database's clock says, within `tx`, in whole ms. */
export async function databaseNow<Tables>(tx: Tx<Tables> | Kysely<Tables>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`
    select date_trunc('milliseconds', clock_timestamp()) as now`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error("the database told no time");
  return row.now;
}

export async function recordForgedDeletion(
  handles: IdentityHandles,
  workspaceId: WorkspaceId,
): Promise<void> {
  await recordForgery(handles, new ForgedRow(LABEL, workspaceId));
}

const LABEL = "access_deletion";

function macFields(deletion: Deletion): Array<string | number | Date | null> {
  const { workspaceId, state, requestedBy, requestedAt, dueAt, decidedAt, version } = deletion;
  return [workspaceId, state, requestedBy, requestedAt, dueAt, decidedAt, version];
}
