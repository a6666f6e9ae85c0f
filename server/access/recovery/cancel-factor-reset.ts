import { type Actor, actorName } from "../../identity/actor.ts";
import { getWorkspaceName } from "../../identity/describe-workspace.ts";
import { refuseForged } from "../../identity/forged-row.ts";
import { type IdentityHandles, record, type Visitor } from "../../identity/handles.ts";
import { mailPerson } from "../../identity/mail-person.ts";
import {
  endFactorReset,
  type FactorReset,
  listPendingResets,
  lockFactorReset,
} from "../../identity/recovery/factor-reset.ts";
import { listMemberships } from "../../identity/recovery/person-workspaces.ts";
import { endLink, endLinksOf } from "../../identity/recovery/recovery-link.ts";
import { type LinkAct, withLink } from "../../identity/recovery/use-link.ts";
import type { IdentityTables } from "../../identity/tables.ts";
import { inScope, inWorkspace, type Tx } from "../../platform/database.ts";
import { INSTALLATION } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";

/** By any Admin, the one who began it included. */
export async function cancelFactorReset(
  handles: IdentityHandles,
  actor: Actor,
  resetId: string,
): Promise<void> {
  await cancel(handles, actor, async (tx, vault) => {
    const reset = await lockFactorReset(tx, vault, resetId);
    if (reset === undefined) throw new Refusal("not_found", "access.factor_reset_not_found");
    return reset;
  });
}

/** By the person whom it is about, in a session of theirs. Harmless where nothing is pending. */
export async function cancelOwnFactorReset(handles: IdentityHandles, actor: Actor): Promise<void> {
  await cancel(handles, actor, async (tx, vault) => {
    const own = (await listPendingResets(tx, vault)).find(({ memberId }) => memberId === actor.memberId);
    return own === undefined ? undefined : lockFactorReset(tx, vault, own.id);
  });
}

async function cancel(
  handles: IdentityHandles,
  actor: Actor,
  find: (tx: Tx<IdentityTables>, vault: WorkspaceVault) => Promise<FactorReset | undefined>,
): Promise<void> {
  const { workspaceId } = actor;
  const vault = await handles.vault.openWorkspace(workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  await refuseForged(handles, new Refusal("not_found", "access.factor_reset_not_found"), () =>
    inWorkspace(handles.db, workspaceId, async (tx) => {
      const reset = await find(tx, vault);
      if (reset === undefined) return;
      // Cancelled already is what was wanted; done is not.
      if (reset.state === "cancelled") return;
      if (reset.state === "done") throw new Refusal("conflict", "access.factor_reset_done");
      await endCancelled(handles, tx, { vault, installation }, { reset, by: actorName(actor) });
    }),
  );
}

/** By whoever holds the mailed link. */
export async function cancelFactorResetByLink(
  handles: IdentityHandles,
  visitor: Visitor,
  token: string,
): Promise<void> {
  const purposes = ["factor_reset_cancel"] as const;
  // The workspace has to be opened outside of the transaction that uses the link.
  const where = await withLink(handles, visitor, { token, purposes }, ({ tx, link }) =>
    listMemberships(tx, link.personId),
  );
  const vaults = await Promise.all(where.map(({ workspaceId }) => handles.vault.openWorkspace(workspaceId)));
  await withLink(handles, visitor, { token, purposes }, async (act) => {
    await endLink(act.tx, act.installation, act.link, act.now);
    for (const vault of vaults)
      await inScope(act.tx, vault.workspaceId, () => cancelLinked(handles, act, vault));
  });
}

/** The reset that a link is about, where it is of this workspace. */
async function cancelLinked(
  handles: IdentityHandles,
  { tx, installation, link }: LinkAct,
  vault: WorkspaceVault,
): Promise<void> {
  const { aboutId, personId } = link;
  const reset = aboutId === null ? undefined : await lockFactorReset(tx, vault, aboutId);
  if (reset === undefined || reset.personId !== personId) return;
  if (reset.state === "done") throw new Refusal("not_found", "identity.link_ended");
  if (reset.state === "pending")
    await endCancelled(handles, tx, { vault, installation }, { reset, by: `person:${personId}` });
}

interface Vaults {
  readonly vault: WorkspaceVault;
  readonly installation: WorkspaceVault;
}

/** `tx` must be scoped to the workspace. */
export async function endCancelled(
  handles: IdentityHandles,
  tx: Tx<IdentityTables>,
  { vault, installation }: Vaults,
  { reset, by }: { readonly reset: FactorReset; readonly by: string },
): Promise<void> {
  const now = handles.clock();
  await endFactorReset(tx, vault, reset, { state: "cancelled", now });
  await record(handles, tx, vault.workspaceId, {
    ...{ kind: "identity.factor_reset_cancelled", actor: by, outcome: "success" },
    ...{ subject: `member:${reset.memberId}`, detail: { reset: reset.id } },
  });
  const { personId, id: aboutId } = reset;
  await inScope(tx, INSTALLATION, () =>
    endLinksOf(tx, installation, personId, { purposes: ["factor_reset_cancel"], aboutId, now }),
  );
  if (handles.mail === undefined) return;
  await mailPerson(handles, tx, installation, personId, {
    kind: "factor_reset_cancelled",
    about: vault.workspaceId,
    facts: { workspaceName: await getWorkspaceName(tx, vault) },
  });
}
