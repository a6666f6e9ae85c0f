import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId } from "../actor.ts";
import type { IdentityTables } from "../tables.ts";
import { networkPrefix } from "./address-prefix.ts";
import type { Country } from "./country-table.ts";

const LABEL = "identity_network";

/** A keyed hash of the /24 or /48 of an address. */
export function hashNetwork(installation: WorkspaceVault, address: string): Buffer {
  return installation.hash("network", networkPrefix(address));
}

export function hashCountry(installation: WorkspaceVault, country: Country | null): Buffer | null {
  return country === null ? null : installation.hash("country", country);
}

interface Network {
  readonly memberId: MemberId;
  readonly networkHash: Buffer;
}

/** Whether the member has come from this network before. `tx` must be scoped to the vault's workspace. */
export async function hasSeenNetwork(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  network: Network,
): Promise<boolean> {
  const row = await tx
    .selectFrom("identity_network")
    .where("workspace_id", "=", vault.workspaceId)
    .where("member_id", "=", network.memberId)
    .where("network_hash", "=", network.networkHash)
    .select("mac")
    .executeTakeFirst();
  return row !== undefined && vault.isMac(LABEL, macFields(vault, network), row.mac);
}

/** From now on it is known. `tx` must be scoped to the vault's workspace. */
export async function rememberNetwork(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  network: Network & { readonly now: Date },
): Promise<void> {
  const mac = vault.mac(LABEL, macFields(vault, network));
  await tx
    .insertInto("identity_network")
    .values({
      workspace_id: vault.workspaceId,
      member_id: network.memberId,
      network_hash: network.networkHash,
      seen_at: network.now,
      mac,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["workspace_id", "member_id", "network_hash"])
        .doUpdateSet({ seen_at: network.now, mac }),
    )
    .execute();
}

function macFields(vault: WorkspaceVault, { memberId, networkHash }: Network): Array<string | Buffer> {
  return [vault.workspaceId, memberId, networkHash];
}
