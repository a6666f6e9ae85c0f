import type { Actor } from "../identity/actor.ts";
import { refuseForged } from "../identity/forged-row.ts";
import { requireFreshFactor } from "../identity/fresh-factor.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { findMember, lockWorkspaceMembers, type Member } from "../identity/member.ts";
import type { IdentityTables } from "../identity/tables.ts";
import { inWorkspace, type Tx } from "../platform/database.ts";
import { INSTALLATION } from "../platform/ids.ts";
import { Refusal } from "../platform/refusal.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { may, type Permission } from "./permissions.ts";

/** What an act on members finds once it is its turn. */
export interface MemberAct {
  readonly tx: Tx<IdentityTables>;
  readonly vault: WorkspaceVault;
  /** What sessions are under. */
  readonly installation: WorkspaceVault;
  readonly now: Date;
  /** The actor as of now, not as of the request: a colleague may have been quicker. */
  readonly self: Member;
}

/**
 * Runs an act that gives or takes power, one at a time in a workspace, for an actor who still may once it is their
 * turn and whose second factor is fresh.
 */
export async function actOnMembers<Result>(
  handles: IdentityHandles,
  actor: Actor,
  permission: Permission,
  work: (act: MemberAct) => Promise<Result>,
): Promise<Result> {
  const now = handles.clock();
  const missing = new Refusal("forbidden", "access.permission_missing");
  if (!may(actor, permission)) throw missing;
  requireFreshFactor(actor, now);
  const vault = await handles.vault.openWorkspace(actor.workspaceId);
  const installation = await handles.vault.openWorkspace(INSTALLATION);
  return refuseForged(handles, missing, () =>
    inWorkspace(handles.db, actor.workspaceId, async (tx) => {
      await lockWorkspaceMembers(tx, actor.workspaceId);
      const self = await findMember(tx, vault, actor.memberId);
      if (self === undefined || self.state !== "active") throw missing;
      if (!may({ role: self.role, assurance: actor.assurance }, permission)) throw missing;
      return work({ tx, vault, installation, now, self });
    }),
  );
}
