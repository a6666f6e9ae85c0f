import type { Db } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { GraphHost } from "../graph-access.ts";
import type { WhatsappTables } from "../tables.ts";

/** The connected numbers of a workspace, at one host or at any. */
export async function listConnectedIds(
  db: Db<WhatsappTables>,
  workspaceId: WorkspaceId,
  { host }: { readonly host?: GraphHost } = {},
): Promise<string[]> {
  const rows = await db
    .selectFrom("whatsapp_number")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("state", "=", "connected")
    .$if(host !== undefined, (query) => query.where("host", "=", host ?? "meta"))
    .orderBy("created_at")
    .execute();
  return rows.map((row) => row.id);
}
