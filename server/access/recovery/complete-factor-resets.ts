import { getWorkspaceName } from "../../identity/describe-workspace.ts";
import { ForgedRow, recordForgery } from "../../identity/forged-row.ts";
import { type IdentityHandles, record } from "../../identity/handles.ts";
import { mailPerson } from "../../identity/mail-person.ts";
import { findMember, lockWorkspaceMembers } from "../../identity/member.ts";
import {
  endFactorReset,
  type FactorReset,
  listDueResetIds,
  lockFactorReset,
} from "../../identity/recovery/factor-reset.ts";
import { LEAVE_MS, letEnrol } from "../../identity/recovery/let-enrol.ts";
import { endLinksOf } from "../../identity/recovery/recovery-link.ts";
import { deleteSessions } from "../../identity/session.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION, type WorkspaceId } from "../../platform/ids.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { endCancelled } from "./cancel-factor-reset.ts";
import { mayTakeEffect } from "./decide-factor-reset.ts";

/**
 * Makes effective what is due in one workspace, by our clock. For a job; safe in two processes at once: the row is
 * locked and its state decides.
 */
export async function completeFactorResets(
  handles: IdentityHandles,
  workspaceId: WorkspaceId,
): Promise<void> {
  const vault = await handles.vault.openWorkspace(workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  const due = await inWorkspace(handles.db, workspaceId, (tx) => listDueResetIds(tx, vault, handles.clock()));
  for (const id of due)
    try {
      await inWorkspace(handles.db, workspaceId, async (tx) => {
        await lockWorkspaceMembers(tx, workspaceId);
        const reset = await lockFactorReset(tx, vault, id);
        if (reset?.state === "pending" && reset.dueAt <= handles.clock())
          await complete(handles, tx, { vault, installation }, reset);
      });
    } catch (error) {
      if (!(error instanceof ForgedRow)) throw error;
      await recordForgery(handles, error);
    }
}

async function complete(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  vaults: { readonly vault: WorkspaceVault; readonly installation: WorkspaceVault },
  reset: FactorReset,
): Promise<void> {
  const { vault, installation } = vaults;
  const { personId, id: aboutId } = reset;
  const starter = await findMember(tx, vault, reset.startedBy);
  const target = await findMember(tx, vault, reset.memberId);
  if (!mayTakeEffect(starter, target))
    return endCancelled(handles, tx, vaults, { reset, by: "system:factor-resets" });
  const now = handles.clock();
  await endFactorReset(tx, vault, reset, { state: "done", now });
  await inScope(tx, INSTALLATION, async () => {
    await letEnrol(tx, installation, { personId, now });
    await endLinksOf(tx, installation, personId, { purposes: ["factor_reset_cancel"], aboutId, now });
  });
  await deleteSessions(tx, installation, { personId });
  await record(handles, tx, vault.workspaceId, {
    ...{ kind: "identity.factor_reset_done", actor: "system:factor-resets", outcome: "success" },
    subject: `member:${reset.memberId}`,
    detail: { reset: reset.id, startedBy: reset.startedBy },
  });
  if (handles.mail === undefined) return;
  await mailPerson(handles, tx, installation, personId, {
    kind: "factor_reset_done",
    about: vault.workspaceId,
    facts: {
      workspaceName: await getWorkspaceName(tx, vault),
      until: new Date(now.getTime() + LEAVE_MS),
    },
  });
}
