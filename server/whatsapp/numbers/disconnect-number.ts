import { inWorkspace, narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { failQueued } from "../outbound/fail-queued.ts";
import type { WhatsappTables } from "../tables.ts";
import { lockNumbers } from "./keep-number.ts";
import { getNumber, type NumberView } from "./list-numbers.ts";
import type { NumbersRoom } from "./numbers-room.ts";

/**
 * Ends a number: token destroyed, route gone, what waits to be sent failed; its chats stay. A number that is
 * disconnected stays as it is. Refuses with `whatsapp.number_not_found`.
 *
 * The app stays subscribed at Meta: other programs of the business may live from it, and what it still sends us is
 * refused at the door.
 */
export async function disconnectNumber(
  room: Pick<NumbersRoom, "db" | "vault" | "audit" | "clock" | "appSecrets" | "onSettled">,
  {
    workspaceId,
    numberId,
    actor,
  }: { readonly workspaceId: WorkspaceId; readonly numberId: string; readonly actor: string },
): Promise<NumberView> {
  const vault = await room.vault.openWorkspace(workspaceId);
  const now = room.clock();
  const number = await inWorkspace(room.db, workspaceId, async (tx) => {
    await lockNumbers(narrow(tx), workspaceId);
    const before = await getNumber(narrow(tx), vault, numberId);
    if (before.state === "disconnected") return before;
    await removeAccess(narrow(tx), workspaceId, before, now);
    await failQueued(tx, room.onSettled, { workspaceId, numberId, reason: "number_disconnected", now });
    await room.audit.append(narrow(tx), workspaceId, [
      {
        occurredAt: now,
        kind: "number.disconnected",
        actor,
        subject: `number:${numberId}`,
        outcome: "success",
        detail: { host: before.host },
      },
    ]);
    return getNumber(narrow(tx), vault, numberId);
  });
  room.appSecrets.forget(number.appId);
  return number;
}

async function removeAccess(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  { id, appId }: NumberView,
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
    .where("id", "=", id)
    .execute();
  await tx
    .deleteFrom("whatsapp_number_route")
    .where("workspace_id", "=", workspaceId)
    .where("number_id", "=", id)
    .execute();
  const other = await tx
    .selectFrom("whatsapp_number")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("app_id", "=", appId)
    .where("state", "=", "connected")
    .limit(1)
    .executeTakeFirst();
  if (other !== undefined) return;
  await tx
    .deleteFrom("whatsapp_app_route")
    .where("workspace_id", "=", workspaceId)
    .where("app_id", "=", appId)
    .execute();
}
