import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId, Role } from "../actor.ts";
import type { IdentityTables } from "../tables.ts";

/** Whether one member may say of another's new device that it is theirs. Of a device of one's own it is not asked. */
export type MayApprove = (approver: Colleague, deviceOwner: Colleague) => boolean;

interface Colleague {
  readonly id: MemberId;
  readonly role: Role;
}

/** Reads what the answer depends on: teams, which this room does not know. `tx` must be scoped to the workspace. */
export type ReadApprovers = (tx: Tx<IdentityTables>, vault: WorkspaceVault) => Promise<MayApprove>;
