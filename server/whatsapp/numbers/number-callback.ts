import { narrow, type Tx } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { GraphHost } from "../graph-access.ts";
import type { WhatsappTables } from "../tables.ts";
import { appPlace } from "./number-places.ts";

export interface NumberCallback {
  readonly host: GraphHost;
  readonly appId: string;
  readonly verifyToken: Secret<string>;
}

/** What is to be pasted at Meta for a number's app. Refuses with `whatsapp.number_not_found`. */
export async function findCallback(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  numberId: string,
): Promise<NumberCallback> {
  const row = await tx
    .selectFrom("whatsapp_number as number")
    .innerJoin("whatsapp_app as app", (join) =>
      join.onRef("app.workspace_id", "=", "number.workspace_id").onRef("app.app_id", "=", "number.app_id"),
    )
    .select(["number.host", "number.app_id", "app.verify_token_sealed"])
    .where("number.workspace_id", "=", vault.workspaceId)
    .where("number.id", "=", numberId)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "whatsapp.number_not_found");
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [row.verify_token_sealed]);
  const place = appPlace(row.app_id, "verify_token_sealed");
  return {
    host: row.host,
    appId: row.app_id,
    verifyToken: new Secret(keys.openText(place, row.verify_token_sealed)),
  };
}
