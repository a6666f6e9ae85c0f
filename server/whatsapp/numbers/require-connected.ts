import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WhatsappTables } from "../tables.ts";

/** Refuses with `whatsapp.number_not_found` and `whatsapp.number_disconnected`: nothing is queued for a dead number. */
export async function requireConnected(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  numberId: string,
): Promise<void> {
  // Shared, so that the number cannot be disconnected between this look and the caller's commit.
  const row = await tx
    .selectFrom("whatsapp_number")
    .select("state")
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", numberId)
    .forShare()
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "whatsapp.number_not_found");
  if (row.state !== "connected") throw new Refusal("conflict", "whatsapp.number_disconnected");
}
