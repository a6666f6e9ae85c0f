import type { Tx } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { composeTemplate, type FilledTemplate, type TemplateInput } from "./compose-template.ts";
import { findTemplates, getWabaId } from "./template-store.ts";

export type { FilledTemplate, TemplateInput } from "./compose-template.ts";

/**
 * A template of the number's account, filled: what goes to Meta, and how the customer reads it. Refuses with
 * `template.not_found` (also one of another account), `template.not_approved`, `template.header_file_mismatch`, and as
 * `composeTemplate` does.
 */
export async function fillTemplate(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  numberId: string,
  input: TemplateInput,
): Promise<FilledTemplate> {
  const wabaId = await getWabaId(tx, vault.workspaceId, numberId);
  const [template] = await findTemplates(tx, vault, { wabaId, onlyId: input.templateId });
  if (template === undefined) throw new Refusal("not_found", "template.not_found");
  if (template.status !== "APPROVED") throw new Refusal("conflict", "template.not_approved");
  const filled = composeTemplate(template, input);
  await checkHeaderFile(tx, vault.workspaceId, filled);
  return filled;
}

/** Meta would say 132012 after the message was promised. */
async function checkHeaderFile(
  tx: Tx<WhatsappTables>,
  workspaceId: string,
  { payload }: FilledTemplate,
): Promise<void> {
  for (const parameter of payload.components.flatMap(({ parameters }) => parameters)) {
    if (parameter.type !== "media") continue;
    const file = await tx
      .selectFrom("whatsapp_media")
      .select("mime_type")
      .where("workspace_id", "=", workspaceId)
      .where("id", "=", parameter.mediaId)
      .executeTakeFirst();
    const family = file?.mime_type.split("/")[0];
    const fits =
      parameter.format === "document"
        ? family === "application" || family === "text"
        : family === parameter.format;
    if (!fits) throw new Refusal("invalid", "template.header_file_mismatch");
  }
}
