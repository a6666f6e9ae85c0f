import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { memberNamePlace } from "../member.ts";
import type { IdentityTables } from "../tables.ts";

/** Names of these members, by id. `tx` must be scoped to the vault's workspace. */
export async function listNamesOf(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  memberIds: readonly string[],
): Promise<Map<string, string>> {
  if (memberIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("identity_member")
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "in", memberIds)
    .select(["id", "name_sealed"])
    .execute();
  const sealed = rows.map((row) => row.name_sealed);
  const keys = await vault.keysOf(narrow<VaultTables>(tx), sealed);
  return new Map(rows.map((row) => [row.id, keys.openText(memberNamePlace(row.id), row.name_sealed)]));
}
