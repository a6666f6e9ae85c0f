import type { Actor, MemberId } from "../../identity/actor.ts";
import type { IdentityHandles } from "../../identity/handles.ts";
import { listPendingResets, notePlace } from "../../identity/recovery/factor-reset.ts";
import type { IdentityCheck } from "../../identity/recovery/tables.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";

/** One that waits, as Admins see it. */
export interface FactorResetView {
  readonly id: string;
  readonly memberId: MemberId;
  readonly startedBy: MemberId;
  readonly how: IdentityCheck;
  readonly note: string;
  readonly dueAt: Date;
  /** By our clock, not by the browser's. */
  readonly secondsLeft: number;
}

export async function listFactorResets(handles: IdentityHandles, actor: Actor): Promise<FactorResetView[]> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  return inWorkspace(handles.db, actor.workspaceId, async (tx) => {
    const pending = await listPendingResets(tx, vault);
    const sealed = pending.map(({ noteSealed }) => noteSealed);
    const keys = await vault.keysOf(narrow<VaultTables>(tx), sealed);
    return pending.map(({ id, memberId, startedBy, how, noteSealed, dueAt }) => ({
      ...{ id, memberId, startedBy, how, dueAt },
      note: keys.openText(notePlace(id), noteSealed),
      secondsLeft: secondsUntil(dueAt, handles.clock()),
    }));
  });
}

/** What a person is told of their own. */
export async function findOwnFactorReset(
  handles: IdentityHandles,
  actor: Actor,
): Promise<Pick<FactorResetView, "dueAt" | "secondsLeft"> | undefined> {
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  const pending = await inWorkspace(handles.db, actor.workspaceId, (tx) => listPendingResets(tx, vault));
  const own = pending.find(({ memberId }) => memberId === actor.memberId);
  return own && { dueAt: own.dueAt, secondsLeft: secondsUntil(own.dueAt, handles.clock()) };
}

function secondsUntil(dueAt: Date, now: Date): number {
  return Math.max(0, Math.ceil((dueAt.getTime() - now.getTime()) / 1000));
}
