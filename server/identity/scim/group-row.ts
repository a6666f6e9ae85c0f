import type { Selectable } from "kysely";
import { z } from "zod";
import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import { ForgedRow } from "../forged-row.ts";
import type { IdentityTables } from "../tables.ts";
import type { DirectoryRole, ScimTables } from "./tables.ts";

export const groupProfile = z.object({
  displayName: z.string().min(1).max(200),
  externalId: z.string().min(1).max(254).nullable(),
});
export type GroupProfile = z.output<typeof groupProfile>;

/** A group of the directory, the row's MAC checked. */
export interface ScimGroup {
  readonly id: string;
  readonly nameHash: Buffer;
  readonly externalIdHash: Buffer | null;
  readonly profileSealed: Buffer;
  /** What an Admin lets it give. */
  readonly role: DirectoryRole | null;
  /** Into which team an Admin lets it lead; the team may be no more. */
  readonly teamId: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly version: number;
}

export function hashGroupName(vault: WorkspaceVault, name: string): Buffer {
  return vault.hash("scim_group_name", name.normalize("NFKC").toLowerCase());
}

/** Everything here needs a transaction scoped to the vault's workspace. Throws ForgedRow. */
export async function findGroup(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  key: { readonly id: string } | { readonly nameHash: Buffer } | { readonly externalIdHash: Buffer },
): Promise<ScimGroup | undefined> {
  const query = narrow<ScimTables>(tx)
    .selectFrom("identity_scim_group")
    .where("workspace_id", "=", vault.workspaceId)
    .selectAll();
  const found =
    "id" in key
      ? query.where("id", "=", key.id)
      : "nameHash" in key
        ? query.where("name_hash", "=", key.nameHash)
        : query.where("external_id_hash", "=", key.externalIdHash);
  const row = await found.executeTakeFirst();
  return row === undefined ? undefined : groupOf(vault, row);
}

/** All of them. Ours to bound: a directory sends those that were assigned to us, some dozens. */
export async function listGroups(tx: Tx<IdentityTables>, vault: WorkspaceVault): Promise<ScimGroup[]> {
  const rows = await narrow<ScimTables>(tx)
    .selectFrom("identity_scim_group")
    .where("workspace_id", "=", vault.workspaceId)
    .selectAll()
    .orderBy("id")
    .execute();
  return rows.map((row) => groupOf(vault, row));
}

/** Writes a group whole, under the next version. */
export async function saveGroup(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: ScimGroup,
): Promise<ScimGroup> {
  const group: ScimGroup = { ...given, version: given.version + 1 };
  const row = {
    name_hash: group.nameHash,
    external_id_hash: group.externalIdHash,
    profile_sealed: group.profileSealed,
    role: group.role,
    team_id: group.teamId,
    changed_at: group.changedAt,
    version: BigInt(group.version),
    mac: vault.mac(LABEL, macFields(vault, group)),
  };
  await narrow<ScimTables>(tx)
    .insertInto("identity_scim_group")
    .values({ workspace_id: vault.workspaceId, id: group.id, created_at: group.createdAt, ...row })
    .onConflict((conflict) => conflict.columns(["workspace_id", "id"]).doUpdateSet(row))
    .execute();
  return group;
}

export async function deleteGroup(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  groupId: string,
): Promise<void> {
  await narrow<ScimTables>(tx)
    .deleteFrom("identity_scim_group")
    .where("workspace_id", "=", vault.workspaceId)
    .where("id", "=", groupId)
    .execute();
}

/** Who is in a group. A membership that somebody else wrote is nobody's. */
export async function listGroupUserIds(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  groupId: string,
): Promise<string[]> {
  const rows = await memberships(tx, vault).where("group_id", "=", groupId).execute();
  return rows.filter((row) => isOurs(vault, row)).map((row) => row.user_id);
}

/** Which groups a user is in. Throws ForgedRow: a role hangs on it. */
export async function listGroupIdsOfUser(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  userId: string,
): Promise<string[]> {
  const rows = await memberships(tx, vault).where("user_id", "=", userId).execute();
  for (const row of rows)
    if (!isOurs(vault, row)) throw new ForgedRow(MEMBER_LABEL, `${row.group_id}/${row.user_id}`);
  return rows.map((row) => row.group_id);
}

export async function addToGroup(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { groupId, userId }: { readonly groupId: string; readonly userId: string },
): Promise<void> {
  const mac = vault.mac(MEMBER_LABEL, [vault.workspaceId, groupId, userId]);
  await narrow<ScimTables>(tx)
    .insertInto("identity_scim_group_member")
    .values({ workspace_id: vault.workspaceId, group_id: groupId, user_id: userId, mac })
    .onConflict((conflict) => conflict.columns(["workspace_id", "group_id", "user_id"]).doUpdateSet({ mac }))
    .execute();
}

/** From one group, or from all. */
export async function removeFromGroups(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  { groupId, userId }: { readonly groupId?: string; readonly userId: string },
): Promise<void> {
  let query = narrow<ScimTables>(tx)
    .deleteFrom("identity_scim_group_member")
    .where("workspace_id", "=", vault.workspaceId)
    .where("user_id", "=", userId);
  if (groupId !== undefined) query = query.where("group_id", "=", groupId);
  await query.execute();
}

export async function sealGroupProfile(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: { readonly id: string; readonly profile: GroupProfile; readonly now: Date },
): Promise<Buffer> {
  const subject = { subjectId: vault.workspaceId, keyClass: "workspace", at: given.now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, profilePlace(given.id), JSON.stringify(groupProfile.parse(given.profile)));
}

export async function openGroupProfiles(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  groups: readonly ScimGroup[],
): Promise<GroupProfile[]> {
  const sealed = groups.map(({ profileSealed }) => profileSealed);
  const keys = await vault.keysOf(narrow<VaultTables>(tx), sealed);
  return groups.map(({ id, profileSealed }) =>
    groupProfile.parse(JSON.parse(keys.openText(profilePlace(id), profileSealed))),
  );
}

const LABEL = "identity_scim_group";
const MEMBER_LABEL = "identity_scim_group_member";

function memberships(tx: Tx<IdentityTables>, vault: WorkspaceVault) {
  return narrow<ScimTables>(tx)
    .selectFrom("identity_scim_group_member")
    .where("workspace_id", "=", vault.workspaceId)
    .select(["group_id", "user_id", "mac"])
    .orderBy("user_id");
}

function isOurs(
  vault: WorkspaceVault,
  row: { readonly group_id: string; readonly user_id: string; readonly mac: Buffer },
): boolean {
  return vault.isMac(MEMBER_LABEL, [vault.workspaceId, row.group_id, row.user_id], row.mac);
}

function profilePlace(rowId: string) {
  return { table: LABEL, column: "profile_sealed", rowId };
}

function groupOf(vault: WorkspaceVault, row: Selectable<ScimTables["identity_scim_group"]>): ScimGroup {
  const group: ScimGroup = {
    id: row.id,
    nameHash: row.name_hash,
    externalIdHash: row.external_id_hash,
    profileSealed: row.profile_sealed,
    role: row.role,
    teamId: row.team_id,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    version: Number(row.version),
  };
  const ours = vault.isMac(LABEL, macFields(vault, group), row.mac);
  if (!ours || !vault.isNewest(LABEL, group)) throw new ForgedRow(LABEL, row.id);
  return group;
}

function macFields(vault: WorkspaceVault, group: ScimGroup) {
  const { id, nameHash, externalIdHash, profileSealed, role, teamId, createdAt, changedAt, version } = group;
  const fields = [
    ...[vault.workspaceId, id, nameHash, externalIdHash, profileSealed, role],
    ...[createdAt, changedAt, version],
  ];
  // Rows from before a group could lead into a team keep the MAC they have.
  return teamId === null ? fields : [...fields, teamId];
}
