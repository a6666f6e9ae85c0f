import { narrow } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import { ForgedRow, forgedSubject, openOrForged } from "../forged-row.ts";
import type { Act } from "../room.ts";
import { type MessageKey, wamidPlace } from "../stored-body.ts";

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
  const wamid = await openWamid(act, { id: messageId, conversationId }, row.wamid_sealed);
  if (wamid === undefined) throw new ForgedRow("inbox_message", messageId);
  return { wamid, hash: row.wamid_hash };
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
  const wamid = await openWamid(act, { id: row.id, conversationId }, row.wamid_sealed);
  if (wamid === undefined) act.forged.add(forgedSubject("inbox_message", row.id));
  return wamid;
}

/** Undefined when it is not sealed for this thread. */
async function openWamid(
  { tx, vault }: Act,
  message: MessageKey,
  sealed: Buffer,
): Promise<string | undefined> {
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [sealed]);
  return openOrForged(() => keys.openText(wamidPlace(message), sealed));
}
