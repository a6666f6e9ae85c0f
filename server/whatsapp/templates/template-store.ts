import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { Place, WorkspaceVault } from "../../vault/vault.ts";
import { workspaceKey } from "../numbers/number-places.ts";
import type { WhatsappTables } from "../tables.ts";
import { type StoredTemplate, storedTemplate } from "./template-parts.ts";

export interface TemplateRow {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly status: string;
  readonly synchronisedAt: Date;
  readonly stored: StoredTemplate;
}

/** A template as Meta lists it. */
export interface ListedTemplate extends StoredTemplate {
  readonly metaId: string;
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly status: string;
  readonly quality: string | null;
}

function place(templateId: string): Place {
  return { table: "whatsapp_template", column: "components_sealed", rowId: templateId };
}

/** The account of a number; templates belong to accounts. Refuses with `whatsapp.number_not_found`. */
export async function getWabaId(
  tx: Tx<WhatsappTables>,
  workspaceId: string,
  numberId: string,
): Promise<string> {
  const row = await tx
    .selectFrom("whatsapp_number")
    .select("waba_id")
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", numberId)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "whatsapp.number_not_found");
  return row.waba_id;
}

/** All templates of an account, or one. By name and language. */
export async function findTemplates(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  { wabaId, onlyId }: { readonly wabaId: string; readonly onlyId?: string },
): Promise<TemplateRow[]> {
  const rows = await tx
    .selectFrom("whatsapp_template")
    .select(["id", "name", "language", "category", "status", "synchronised_at", "components_sealed"])
    .where("workspace_id", "=", vault.workspaceId)
    .where("waba_id", "=", wabaId)
    .$if(onlyId !== undefined, (query) => query.where("id", "=", onlyId ?? ""))
    .orderBy("name")
    .orderBy("language")
    .execute();
  const keys = await vault.keysOf(
    narrow<VaultTables>(tx),
    rows.map((row) => row.components_sealed),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    language: row.language,
    category: row.category,
    status: row.status,
    synchronisedAt: row.synchronised_at,
    stored: storedTemplate.parse(JSON.parse(keys.openText(place(row.id), row.components_sealed))),
  }));
}

/** Makes the stored templates of an account what Meta lists. Ids stay; what Meta no longer lists goes. */
export async function replaceTemplates(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  { wabaId, listed, now }: { wabaId: string; listed: readonly ListedTemplate[]; now: Date },
): Promise<{ readonly kept: number; readonly removed: number }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`whatsapp_template ${vault.workspaceId} ${wabaId}`}, 0))`.execute(
    tx,
  );
  const known = await tx
    .selectFrom("whatsapp_template")
    .select(["id", "name", "language"])
    .where("workspace_id", "=", vault.workspaceId)
    .where("waba_id", "=", wabaId)
    .execute();
  const ids = new Map(known.map((row) => [keyOf(row), row.id]));
  const subject = workspaceKey(vault.workspaceId, now);
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  // One row per name and language: of two in a faulty answer the later one counts, and the insert stays possible.
  const wanted = [...new Map(listed.map((template) => [keyOf(template), template])).values()];
  const rows = wanted.map((template) => {
    const id = ids.get(keyOf(template)) ?? newId<string>();
    const { parameterFormat, components } = template;
    return {
      workspace_id: vault.workspaceId,
      id,
      waba_id: wabaId,
      meta_id: template.metaId,
      name: template.name,
      language: template.language,
      category: template.category,
      status: template.status,
      quality: template.quality,
      components_sealed: keys.seal(subject, place(id), JSON.stringify({ parameterFormat, components })),
      synchronised_at: now,
    };
  });
  for (const row of rows) {
    const { workspace_id: _, id: __, ...fields } = row;
    await tx
      .insertInto("whatsapp_template")
      .values(row)
      .onConflict((conflict) => conflict.columns(["workspace_id", "id"]).doUpdateSet(fields))
      .execute();
  }
  const { rows: removed } = await sql`
    delete from whatsapp_template where workspace_id = ${vault.workspaceId} and waba_id = ${wabaId}
      and id <> all(${rows.map((row) => row.id)}::uuid[]) returning id`.execute(tx);
  return { kept: rows.length, removed: removed.length };
}

function keyOf({ name, language }: { readonly name: string; readonly language: string }): string {
  return `${language} ${name}`;
}
