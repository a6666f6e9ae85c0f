import type { Tx } from "../../platform/database.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { AccessTables } from "../tables.ts";

const LABEL = "access_invitation_team";

/** Into which teams an invitation leads; written once, beside it. */
export async function insertInvitationTeams(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  { invitationId, teamIds }: { readonly invitationId: string; readonly teamIds: Iterable<string> },
): Promise<void> {
  const sorted = [...new Set(teamIds)].sort();
  if (sorted.length === 0) return;
  await tx
    .insertInto("access_invitation_team")
    .values({
      ...{ workspace_id: vault.workspaceId, invitation_id: invitationId, team_ids: sorted },
      mac: vault.mac(LABEL, [vault.workspaceId, invitationId, sorted.join()]),
    })
    .execute();
}

/** By invitation; one that leads into no team, or whose row we did not write, is not in it. */
export async function listInvitationTeams(
  tx: Tx<AccessTables>,
  vault: WorkspaceVault,
  invitationIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (invitationIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("access_invitation_team")
    .where("workspace_id", "=", vault.workspaceId)
    .where("invitation_id", "in", [...invitationIds])
    .select(["invitation_id", "team_ids", "mac"])
    .execute();
  return new Map(
    rows
      .filter(({ invitation_id, team_ids, mac }) =>
        vault.isMac(LABEL, [vault.workspaceId, invitation_id, team_ids.join()], mac),
      )
      .map((row) => [row.invitation_id, row.team_ids]),
  );
}
