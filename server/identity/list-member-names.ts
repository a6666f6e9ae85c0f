import { type Db, narrow } from "../platform/database.ts";
import type { VaultTables } from "../vault/tables.ts";
import type { WorkspaceVault } from "../vault/vault.ts";
import { memberNamePlace } from "./member.ts";
import type { IdentityTables } from "./tables.ts";

/** Names of all members of a workspace, those who have left included, by member id. */
export async function listMemberNames(
  db: Db<IdentityTables>,
  vault: WorkspaceVault,
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom("identity_member")
    .where("workspace_id", "=", vault.workspaceId)
    .select(["id", "name_sealed"])
    .execute();
  const keys = await vault.keysOf(
    narrow<VaultTables>(db),
    rows.map((row) => row.name_sealed),
  );
  return new Map(rows.map((row) => [row.id, keys.openText(memberNamePlace(row.id), row.name_sealed)]));
}
