import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { Act } from "../room.ts";
import { wamidPlace } from "../stored-body.ts";

export interface KnownWamid {
  readonly wamid: string;
  readonly hash: Buffer;
}

/** Meta's id of a message of this conversation, to quote it or react to it. Refuses with `inbox.no_message`. */
export async function wamidOf(act: Act, conversationId: string, messageId: string): Promise<KnownWamid> {
  const row = await act.tx
    .selectFrom("inbox_message")
    .select(["wamid_hash", "wamid_sealed"])
    .where("workspace_id", "=", act.actor.workspaceId)
    .where("conversation_id", "=", conversationId)
    .where("id", "=", messageId)
    .executeTakeFirst();
  if (row?.wamid_hash == null || row.wamid_sealed === null)
    throw new Refusal("not_found", "inbox.no_message");
  const keys = await act.vault.keysOf(narrow<VaultTables>(act.tx), [row.wamid_sealed]);
  return { wamid: keys.openText(wamidPlace(messageId), row.wamid_sealed), hash: row.wamid_hash };
}

/** The newest message of the customer up to a position, for blue ticks and the typing sign; undefined when there is none. */
export async function newestInboundWamid(
  act: Act,
  conversationId: string,
  upTo?: number,
): Promise<string | undefined> {
  let query = act.tx
    .selectFrom("inbox_message")
    .select(["id", "wamid_sealed"])
    .where("workspace_id", "=", act.actor.workspaceId)
    .where("conversation_id", "=", conversationId)
    .where("direction", "=", "in")
    .orderBy("position", "desc")
    .limit(1);
  if (upTo !== undefined) query = query.where("position", "<=", String(upTo));
  const row = await query.executeTakeFirst();
  if (row === undefined || row.wamid_sealed === null) return undefined;
  const keys = await act.vault.keysOf(narrow<VaultTables>(act.tx), [row.wamid_sealed]);
  return keys.openText(wamidPlace(row.id), row.wamid_sealed);
}
