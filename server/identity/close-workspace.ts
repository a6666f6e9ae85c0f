import type { Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { PersonId } from "./actor.ts";
import type { IdentityTables } from "./tables.ts";

/** By which people and jobs find a workspace. */
const WAYS_IN = [
  "identity_session",
  "identity_invitation_route",
  "identity_membership_route",
  "identity_workspace_route",
] as const;

/** For the deletion of a workspace: ends every session, and nobody and no job finds it any more. */
export async function closeWorkspace(tx: Tx<IdentityTables>, workspaceId: WorkspaceId): Promise<void> {
  for (const table of WAYS_IN) await tx.deleteFrom(table).where("workspace_id", "=", workspaceId).execute();
}

/** The people behind all members there ever were. `tx` must be scoped to the workspace. No MAC is asked. */
export async function listPersonIds(tx: Tx<IdentityTables>, workspaceId: WorkspaceId): Promise<PersonId[]> {
  const rows = await tx
    .selectFrom("identity_member")
    .where("workspace_id", "=", workspaceId)
    .select("person_id")
    .execute();
  return rows.map((row) => row.person_id as PersonId);
}
