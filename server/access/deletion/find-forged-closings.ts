import type { Kysely } from "kysely";
import { listWorkspaceIds } from "../../identity/describe-workspace.ts";
import type { IdentityHandles } from "../../identity/handles.ts";
import { type ClosedWorkspaceTables, listClosed } from "../../platform/closed-workspace.ts";
import { narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";

/**
 * Workspaces that live and are closed all the same: the beginning of a deletion closes a workspace and takes its way in
 * away in one commit, so somebody wrote the database by hand. Nothing can be added to them until the row is removed
 * (docs/operating.md). What is closed is read first: a deletion that begins in between is in neither answer.
 */
export async function findForgedClosings(handles: Pick<IdentityHandles, "db">): Promise<WorkspaceId[]> {
  const closed = new Set(
    await listClosed(narrow<ClosedWorkspaceTables>(handles.db) as Kysely<ClosedWorkspaceTables>),
  );
  if (closed.size === 0) return [];
  return (await listWorkspaceIds(handles)).filter((id) => closed.has(id));
}
