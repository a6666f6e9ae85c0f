import { inWorkspace, narrow, type Tx } from "../platform/database.ts";
import type { WorkspaceId } from "../platform/ids.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { workspaceNamePlace } from "./create-workspace.ts";
import type { IdentityHandles } from "./handles.ts";
import type { IdentityTables } from "./tables.ts";

/** Every workspace of the installation, oldest first. Ids, for work that goes workspace by workspace. */
export async function listWorkspaceIds(handles: Pick<IdentityHandles, "db">): Promise<WorkspaceId[]> {
  const rows = await handles.db
    .selectFrom("identity_workspace_route")
    .select("workspace_id")
    .orderBy("workspace_id")
    .execute();
  return rows.map((row) => row.workspace_id as WorkspaceId);
}

/** The name of the workspace. `tx` must be scoped to it. */
export async function getWorkspaceName(tx: Tx<IdentityTables>, vault: WorkspaceVault): Promise<string> {
  const { name_sealed } = await tx
    .selectFrom("identity_workspace")
    .where("workspace_id", "=", vault.workspaceId)
    .select("name_sealed")
    .executeTakeFirstOrThrow();
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [name_sealed]);
  return keys.openText(workspaceNamePlace(vault.workspaceId), name_sealed);
}

/** By whose wall its days begin and end; an IANA name. `tx` must be scoped to the workspace. */
export async function getTimeZone(tx: Tx<IdentityTables>, workspaceId: WorkspaceId): Promise<string> {
  const { time_zone } = await tx
    .selectFrom("identity_workspace")
    .where("workspace_id", "=", workspaceId)
    .select("time_zone")
    .executeTakeFirstOrThrow();
  return time_zone;
}

/**
 * For the sign-in page, which anybody sees: the name where there is one workspace. Where there are several, a
 * stranger is not told whose they are.
 */
export async function findOnlyWorkspaceName(handles: IdentityHandles): Promise<string | null> {
  const [only, second] = await listWorkspaceIds(handles);
  if (only === undefined || second !== undefined) return null;
  const vault = await handles.vault.openWorkspace(only);
  return inWorkspace(handles.db, only, (tx) => getWorkspaceName(tx, vault));
}
