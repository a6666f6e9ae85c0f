import { narrow, type Tx } from "../../platform/database.ts";
import { Refusal } from "../../platform/refusal.ts";
import { Secret } from "../../platform/secret.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { GraphAccess, GraphHost, GraphHosts } from "../graph-access.ts";
import type { WhatsappTables } from "../tables.ts";
import { appPlace, numberPlace } from "./number-places.ts";

/** What it takes to act for a number at Meta, or at the simulator. */
export interface NumberAccess extends GraphAccess {
  readonly numberId: string;
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly host: GraphHost;
  readonly appSecret: Secret<string>;
}

/**
 * The number's credentials, opened. Refuses with `whatsapp.number_not_found`, `whatsapp.number_disconnected`, and
 * `whatsapp.simulator_off` when the number is the simulator's and none runs here.
 */
export async function getNumberAccess(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
  hosts: GraphHosts,
  numberId: string,
): Promise<NumberAccess> {
  const row = await tx
    .selectFrom("whatsapp_number as number")
    .innerJoin("whatsapp_app as app", (join) =>
      join.onRef("app.workspace_id", "=", "number.workspace_id").onRef("app.app_id", "=", "number.app_id"),
    )
    .select([
      "number.phone_number_id",
      "number.waba_id",
      "number.app_id",
      "number.host",
      "number.token_sealed",
      "app.secret_sealed",
    ])
    .where("number.workspace_id", "=", vault.workspaceId)
    .where("number.id", "=", numberId)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "whatsapp.number_not_found");
  if (row.token_sealed === null) throw new Refusal("conflict", "whatsapp.number_disconnected");
  const keys = await vault.keysOf(narrow<VaultTables>(tx), [row.token_sealed, row.secret_sealed]);
  return {
    workspaceId: vault.workspaceId,
    numberId,
    phoneNumberId: row.phone_number_id,
    wabaId: row.waba_id,
    appId: row.app_id,
    host: row.host,
    baseUrl: baseUrlOf(hosts, row.host),
    accessToken: new Secret(keys.openText(numberPlace(numberId, "token_sealed"), row.token_sealed)),
    appSecret: new Secret(keys.openText(appPlace(row.app_id, "secret_sealed"), row.secret_sealed)),
  };
}

export function baseUrlOf(hosts: GraphHosts, host: GraphHost): string {
  const url = hosts[host];
  if (url === null) throw new Refusal("unavailable", "whatsapp.simulator_off");
  return url;
}
