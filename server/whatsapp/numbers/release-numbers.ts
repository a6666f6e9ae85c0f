import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";

/**
 * Lets all numbers of a workspace go, for its deletion: nothing is sent with their tokens any more, nothing comes in,
 * and another workspace may connect them. `tx` must be scoped to the workspace.
 */
export async function releaseNumbers(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  now: Date,
): Promise<void> {
  await tx
    .updateTable("whatsapp_number")
    .set({
      state: "disconnected",
      token_sealed: null,
      disconnected_at: now,
      sending_stopped: null,
      sending_stopped_at: null,
    })
    .where("workspace_id", "=", workspaceId)
    .where("state", "=", "connected")
    .execute();
  await tx.deleteFrom("whatsapp_number_route").where("workspace_id", "=", workspaceId).execute();
  await tx.deleteFrom("whatsapp_app_route").where("workspace_id", "=", workspaceId).execute();
}
