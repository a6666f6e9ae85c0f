import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { readTemplateParts, type TemplateParts } from "./template-parts.ts";
import { findTemplates, getWabaId, type TemplateRow } from "./template-store.ts";

/** The contract's `template`. */
export type TemplateView = Pick<TemplateRow, "id" | "name" | "language" | "category" | "status"> &
  TemplateParts;

export interface TemplateList {
  readonly templates: readonly TemplateView[];
  /** Of the oldest among them; null when there are none. */
  readonly synchronisedAt: Date | null;
}

/** The templates of a number's account, as last synchronised. Refuses with `whatsapp.number_not_found`. */
export async function listTemplates(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  numberId: string,
): Promise<TemplateList> {
  const wabaId = await getWabaId(tx, vault.workspaceId, numberId);
  const rows = await findTemplates(tx, vault, { wabaId });
  const times = rows.map((row) => row.synchronisedAt.getTime());
  return {
    templates: rows.map(({ id, name, language, category, status, stored }) => ({
      id,
      name,
      language,
      category,
      status,
      ...readTemplateParts(stored),
    })),
    synchronisedAt: times.length === 0 ? null : new Date(Math.min(...times)),
  };
}
