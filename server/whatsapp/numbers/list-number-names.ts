import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { GraphHost } from "../graph-access.ts";
import type { WhatsappTables } from "../tables.ts";
import { numberPlace } from "./number-places.ts";
import { readNumberProfile } from "./number-profile.ts";

export interface NumberName {
  readonly verifiedName: string;
  readonly host: GraphHost;
}

/** What the inbox calls each number of the workspace, disconnected ones included. */
export async function listNumberNames(
  tx: Tx<WhatsappTables>,
  vault: WorkspaceVault,
): Promise<ReadonlyMap<string, NumberName>> {
  const rows = await tx
    .selectFrom("whatsapp_number")
    .select(["id", "host", "profile_sealed"])
    .where("workspace_id", "=", vault.workspaceId)
    .execute();
  const keys = await vault.keysOf(
    narrow<VaultTables>(tx),
    rows.map((row) => row.profile_sealed),
  );
  return new Map(
    rows.map((row) => {
      const profile = keys.openText(numberPlace(row.id, "profile_sealed"), row.profile_sealed);
      return [row.id, { verifiedName: readNumberProfile(profile).verifiedName, host: row.host }];
    }),
  );
}
