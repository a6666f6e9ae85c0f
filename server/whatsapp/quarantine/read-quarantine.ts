import type { Selectable } from "kysely";
import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { readCursor, writeCursor } from "../../platform/page-cursor.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { quarantinePlace } from "./keep-quarantined.ts";

export type QuarantineRow = Omit<
  Selectable<WhatsappTables["whatsapp_quarantine"]>,
  "workspace_id" | "body_hash" | "body_sealed"
>;

const COLUMNS = [
  "id",
  "reason",
  "state",
  "field",
  "app_id",
  "waba_id",
  "phone_number_id",
  "byte_size",
  "received_at",
  "decided_at",
  "decided_by",
] as const;

/** Rows of a page, and of the count of those that wait. */
const PAGE = 50;

export interface QuarantinePage {
  readonly rows: QuarantineRow[];
  readonly next: string | null;
  readonly held: number;
}

/** What waits for a decision, or what was decided; newest first. */
export async function listQuarantine(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  { state, cursor }: { readonly state: "held" | "decided"; readonly cursor?: string | undefined },
): Promise<QuarantinePage> {
  let query = tx
    .selectFrom("whatsapp_quarantine")
    .select(COLUMNS)
    .where("workspace_id", "=", vault.workspaceId)
    .where("state", state === "held" ? "=" : "<>", "held")
    .orderBy("received_at", "desc")
    .orderBy("id", "desc")
    .limit(PAGE + 1);
  if (cursor !== undefined) query = query.where(afterCursor(cursor));
  const rows = await query.execute();
  const { held } = await tx
    .selectFrom("whatsapp_quarantine")
    .select(({ fn }) => fn.countAll<string>().as("held"))
    .where("workspace_id", "=", vault.workspaceId)
    .where("state", "=", "held")
    .executeTakeFirstOrThrow();
  const page = rows.slice(0, PAGE);
  const last = page.at(-1);
  const next =
    rows.length > PAGE && last !== undefined ? writeCursor({ at: last.received_at, id: last.id }) : null;
  return { rows: page, next, held: Number(held) };
}

function afterCursor(cursor: string) {
  const { at, id } = readCursor(cursor);
  return sql<boolean>`(received_at, id) < (${at}, ${id}::uuid)`;
}

/** One row with its content opened. Refuses with `whatsapp.not_in_quarantine`. `lock` holds it for a decision. */
export async function openQuarantined(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  id: string,
  { lock }: { readonly lock: boolean },
): Promise<{ row: QuarantineRow; raw: Buffer }> {
  let query = tx
    .selectFrom("whatsapp_quarantine")
    .select([...COLUMNS, "body_sealed"])
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", id);
  if (lock) query = query.forUpdate();
  const found = await query.executeTakeFirst();
  if (found === undefined) throw new Refusal("not_found", "whatsapp.not_in_quarantine");
  const { body_sealed: sealed, ...row } = found;
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [sealed]);
  return { row, raw: keys.open(quarantinePlace(id), sealed) };
}

/** Records what a person decided. */
export async function decideQuarantined(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  decision: {
    readonly id: string;
    readonly state: "retried" | "dropped";
    readonly memberId: string;
    readonly now: Date;
  },
): Promise<QuarantineRow> {
  return tx
    .updateTable("whatsapp_quarantine")
    .set({ state: decision.state, decided_at: decision.now, decided_by: decision.memberId })
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", decision.id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}
