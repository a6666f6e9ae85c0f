import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { Recipient } from "../../whatsapp/outbound/send-payload.ts";
import type { Act } from "../room.ts";

/** What Meta calls a contact now: number, business-scoped id, or both. Refuses with `inbox.no_address`. */
export async function recipientOf({ tx, vault, actor }: Act, contactId: string): Promise<Recipient> {
  const rows = await tx
    .selectFrom("inbox_contact_identifier")
    .select(["kind", "hash", "value_sealed"])
    .where("workspace_id", "=", actor.workspaceId)
    .where("contact_id", "=", contactId)
    .where("kind", "in", ["wa_id", "user_id"])
    .where("current", "=", true)
    .orderBy("created_at", "desc")
    .execute();
  const keys = await vault.keysOf(
    narrow<VaultTables>(tx),
    rows.map((row) => row.value_sealed),
  );
  const newest = (kind: "wa_id" | "user_id"): string | null => {
    const row = rows.find((candidate) => candidate.kind === kind);
    if (row === undefined) return null;
    const rowId = `${kind}:${row.hash.toString("hex")}`;
    return keys.openText(
      { table: "inbox_contact_identifier", column: "value_sealed", rowId },
      row.value_sealed,
    );
  };
  const recipient = { waId: newest("wa_id"), userId: newest("user_id") };
  if (recipient.waId === null && recipient.userId === null) throw new Refusal("conflict", "inbox.no_address");
  return recipient;
}
