import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, Place, WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";

/** A signed update that could not be taken in, with all that is needed to try again. */
export interface Quarantined {
  /** Why, as in docs/errors.md: "unknown_number", "shape", "too_old", "database", "not_json", "not_webhook" ... */
  readonly reason: string;
  readonly appId: string;
  readonly wabaId: string | null;
  readonly phoneNumberId: string | null;
  readonly field: string | null;
  /** The bytes as they came, or one update of them in Meta's envelope. */
  readonly raw: Buffer;
}

export function quarantinePlace(id: string): Place {
  return { table: "whatsapp_quarantine", column: "body_sealed", rowId: id };
}

/** Keeps what was refused, sealed under the workspace's own key; the same bytes twice are one row. Returns how many were new. */
export async function keepQuarantined(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  now: Date,
  items: readonly Quarantined[],
): Promise<number> {
  if (items.length === 0) return 0;
  const subject: KeySubject = { subjectId: vault.workspaceId, keyClass: "workspace", at: now };
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const rows = items.map((item) => ({ id: newId<string>(), item }));
  const result = await sql`
    insert into whatsapp_quarantine (workspace_id, id, reason, app_id, waba_id, phone_number_id, field, body_hash,
      body_sealed, byte_size, state, received_at)
    select ${vault.workspaceId}, new.*, 'held', ${now}
    from unnest(
      ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.item.reason)}::text[],
      ${rows.map((row) => row.item.appId)}::text[], ${rows.map((row) => row.item.wabaId)}::text[],
      ${rows.map((row) => row.item.phoneNumberId)}::text[], ${rows.map((row) => row.item.field)}::text[],
      ${rows.map((row) => vault.hash("quarantine", row.item.raw))}::bytea[],
      ${rows.map((row) => keys.seal(subject, quarantinePlace(row.id), row.item.raw))}::bytea[],
      ${rows.map((row) => row.item.raw.length)}::int[]
    ) as new
    on conflict (workspace_id, body_hash) do nothing
  `.execute(tx);
  return Number(result.numAffectedRows ?? 0n);
}
