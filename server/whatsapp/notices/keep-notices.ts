import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";

/** What Meta says about an account or a number: security, limits, reviews, templates, preferences ... */
export interface KeptNotice {
  readonly wabaId: string;
  readonly numberId: string | null;
  readonly field: string;
  /** The update in Meta's envelope. */
  readonly raw: string;
}

/**
 * Keeps account notices sealed, for the rooms that act on them. The same notice sent again is the same row.
 * Returns the fields of the new ones.
 */
export async function keepNotices(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  now: Date,
  notices: readonly KeptNotice[],
): Promise<string[]> {
  if (notices.length === 0) return [];
  const subject: KeySubject = { subjectId: vault.workspaceId, keyClass: "workspace", at: now };
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  const rows = notices.map((notice) => ({ id: newId<string>(), notice }));
  const sealed = rows.map(({ id, notice }) =>
    keys.seal(subject, { table: "whatsapp_notice", column: "body_sealed", rowId: id }, notice.raw),
  );
  const { rows: kept } = await sql<{ field: string }>`
    insert into whatsapp_notice (workspace_id, id, waba_id, number_id, field, body_hash, body_sealed, received_at)
    select ${vault.workspaceId}, new.*, ${now}
    from unnest(
      ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.notice.wabaId)}::text[],
      ${rows.map((row) => row.notice.numberId)}::uuid[], ${rows.map((row) => row.notice.field)}::text[],
      ${rows.map((row) => vault.hash("notice", row.notice.raw))}::bytea[], ${sealed}::bytea[]
    ) as new
    on conflict (workspace_id, body_hash) do nothing
    returning field
  `.execute(tx);
  return kept.map((row) => row.field);
}
