import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { Recipient } from "../../whatsapp/outbound/send-payload.ts";
import { identifierPlace, isGenuineIdentifier } from "../contact-identifier.ts";
import { ForgedRow, openOrForged } from "../forged-row.ts";
import type { Act } from "../room.ts";

/**
 * What Meta calls a contact now: number, business-scoped id, or both. Refuses with `inbox.no_address`,
 * and with `inbox.forged_row` where an address is another contact's.
 */
export async function recipientOf({ tx, vault, actor }: Act, contactId: string): Promise<Recipient> {
  const rows = await tx
    .selectFrom("inbox_contact_identifier")
    .select(["kind", "hash", "contact_id", "current", "value_sealed", "mac"])
    .where("workspace_id", "=", actor.workspaceId)
    .where("contact_id", "=", contactId)
    .where("kind", "in", ["wa_id", "user_id"])
    .where("current", "=", true)
    .orderBy("created_at", "desc")
    .execute();
  if (!rows.every((row) => isGenuineIdentifier(vault, row)))
    throw new ForgedRow("inbox_contact_identifier", contactId);
  const keys = await vault.keysOf(
    narrow<VaultTables>(tx),
    rows.map((row) => row.value_sealed),
  );
  const newest = (kind: "wa_id" | "user_id"): string | null => {
    const row = rows.find((candidate) => candidate.kind === kind);
    if (row === undefined) return null;
    const place = identifierPlace(contactId, { kind, hash: row.hash });
    const value = openOrForged(() => keys.openText(place, row.value_sealed));
    if (value === undefined) throw new ForgedRow("inbox_contact_identifier", contactId);
    return value;
  };
  const recipient = { waId: newest("wa_id"), userId: newest("user_id") };
  if (recipient.waId === null && recipient.userId === null) throw new Refusal("conflict", "inbox.no_address");
  return recipient;
}
