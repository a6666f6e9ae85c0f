import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";

/** An account notice, as the ingest keeps it. */
export interface TemplateNotice {
  readonly wabaId: string;
  readonly field: string;
  /** The update in Meta's envelope, as JSON text. */
  readonly raw: string;
}

/**
 * How far Meta's clock may lie behind ours, in ms. Ours: without it a change right after a synchronisation would count
 * as older than it.
 */
const CLOCK_TOLERANCE_MS = 60_000;

const envelope = z.looseObject({
  entry: z.tuple([
    z.looseObject({
      /** Seconds; account fields carry it. */
      time: z.number().optional(),
      changes: z.tuple([z.looseObject({ value: z.looseObject({}) })]),
    }),
  ]),
});

const subject = z.looseObject({
  message_template_name: z.string(),
  message_template_language: z.string(),
});

/** Statuses that a word stands for. FLAGGED is a warning: such a template may still be sent. */
const STATUS_WORDS: Readonly<Record<string, string>> = { REINSTATED: "APPROVED", FLAGGED: "APPROVED" };

/** What each field changes. A notice of another field, or one without what it should carry, changes nothing. */
const CHANGES: Readonly<Record<string, (value: Record<string, unknown>) => TemplateChange | undefined>> = {
  message_template_status_update: ({ event }) =>
    typeof event !== "string" ? undefined : { column: "status", value: STATUS_WORDS[event] ?? event },
  message_template_quality_update: ({ new_quality_score: score }) =>
    typeof score !== "string" ? undefined : { column: "quality", value: score },
  template_category_update: ({ new_category: category }) =>
    typeof category !== "string" ? undefined : { column: "category", value: category },
};

interface TemplateChange {
  readonly column: "status" | "quality" | "category";
  readonly value: string;
}

/**
 * Brings a template up to date with what Meta says of it. The same notice again, or an old one after a newer
 * synchronisation, changes nothing. `message_template_components_update` does not carry the whole template: it leaves
 * the row, and asks to be synchronised.
 */
export async function applyTemplateNotice(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  notice: TemplateNotice,
): Promise<"changed" | "unchanged" | "synchronise"> {
  if (notice.field === "message_template_components_update") return "synchronise";
  const read = CHANGES[notice.field];
  const parsed = envelope.safeParse(parse(notice.raw));
  if (read === undefined || !parsed.success) return "unchanged";
  const [{ time, changes }] = parsed.data.entry;
  const { value } = changes[0];
  const template = subject.safeParse(value);
  const change = read(value);
  if (!template.success || change === undefined) return "unchanged";
  const at = time === undefined ? null : new Date(time * 1000 + CLOCK_TOLERANCE_MS);
  const { rows } = await sql<{ id: string }>`
    select id from whatsapp_template
    where workspace_id = ${vault.workspaceId} and waba_id = ${notice.wabaId}
      and name = ${template.data.message_template_name} and language = ${template.data.message_template_language}
      and (${at}::timestamptz is null or synchronised_at <= ${at})
    for update`.execute(tx);
  const id = rows[0]?.id;
  if (id === undefined) return "unchanged";
  await writeChange(tx, vault.workspaceId, id, change);
  return "changed";
}

async function writeChange(
  tx: Tx<WhatsappTables>,
  workspaceId: string,
  id: string,
  { column, value }: TemplateChange,
): Promise<void> {
  if (column === "status" && value === "DELETED") {
    await tx
      .deleteFrom("whatsapp_template")
      .where("workspace_id", "=", workspaceId)
      .where("id", "=", id)
      .execute();
    return;
  }
  await tx
    .updateTable("whatsapp_template")
    .set({ [column]: value })
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", id)
    .execute();
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
