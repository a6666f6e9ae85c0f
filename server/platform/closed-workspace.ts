import { type Kysely, sql } from "kysely";
import type { Tx } from "./database.ts";
import type { WorkspaceId } from "./ids.ts";

export interface ClosedWorkspaceTables {
  platform_closed_workspace: { id: string };
}

/**
 * From the commit on the database takes no new row of this workspace, from nobody and for ever; rows that are there can
 * still be removed. Doing it twice is harmless.
 */
export async function closeForEver(tx: Tx<ClosedWorkspaceTables>, workspaceId: WorkspaceId): Promise<void> {
  await tx
    .insertInto("platform_closed_workspace")
    .values({ id: workspaceId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** As events name it. */
export const CLOSED_TABLE = "platform_closed_workspace";

/** All that were ever closed. The rows carry no MAC: one of a workspace that lives was written by hand. */
export async function listClosed(db: Kysely<ClosedWorkspaceTables>): Promise<WorkspaceId[]> {
  const rows = await db.selectFrom("platform_closed_workspace").select("id").execute();
  return rows.map(({ id }) => id as WorkspaceId);
}

/**
 * Whether every transaction that was writing into a closed workspace has ended: from a yes on its rows only get fewer.
 * Does not wait for them.
 */
export async function haveWritersEnded<Tables>(
  db: Kysely<Tables>,
  workspaceId: WorkspaceId,
): Promise<boolean> {
  const { rows } = await sql<{ ended: boolean }>`
    select platform_have_writers_ended(${workspaceId}) as ended`.execute(db);
  return rows[0]?.ended === true;
}
