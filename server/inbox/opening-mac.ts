import { sql } from "kysely";
import type { MacField, WorkspaceVault } from "../vault/vault.ts";

/** Who opened which chat that is not theirs, why, and for how long. */
export interface BoundOpening {
  readonly conversation_id: string;
  readonly member_id: string;
  readonly reason: string;
  readonly opened_at: Date;
  readonly expires_at: Date;
}

/** The same joined to another row, where it may be missing. */
export interface OpeningColumns {
  readonly o_reason: string | null;
  readonly o_opened_at: Date | null;
  readonly o_expires_at: Date | null;
  readonly o_mac: Buffer | null;
}

/** These, of `inbox_opening o`. */
export const OPENING_COLUMNS = sql`o.reason as o_reason, o.opened_at as o_opened_at, o.expires_at as o_expires_at,
  o.mac as o_mac`;

const LABEL = "inbox_opening";

/** The row's MAC: an opening without a reason that the program recorded opens nothing. */
export function openingMac(vault: WorkspaceVault, opening: BoundOpening): Buffer {
  return vault.mac(LABEL, fieldsOf(vault, opening));
}

/** Until when an opening holds; null when there is none, "forged" when the program did not write it. */
export function openedUntil(
  vault: WorkspaceVault,
  { conversationId, memberId }: { readonly conversationId: string; readonly memberId: string },
  { o_reason, o_opened_at, o_expires_at, o_mac }: OpeningColumns,
): Date | null | "forged" {
  if (o_reason === null || o_opened_at === null || o_expires_at === null || o_mac === null) return null;
  const whose = { conversation_id: conversationId, member_id: memberId };
  const opening = { ...whose, reason: o_reason, opened_at: o_opened_at, expires_at: o_expires_at };
  return vault.isMac(LABEL, fieldsOf(vault, opening), o_mac) ? o_expires_at : "forged";
}

function fieldsOf({ workspaceId }: WorkspaceVault, opening: BoundOpening): MacField[] {
  const { conversation_id, member_id, reason, opened_at, expires_at } = opening;
  return [workspaceId, conversation_id, member_id, reason, opened_at, expires_at];
}
