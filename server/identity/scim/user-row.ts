import type { Selectable } from "kysely";
import { z } from "zod";
import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { WorkspaceVault } from "../../vault/vault.ts";
import type { MemberId, PersonId } from "../actor.ts";
import { foldEmail } from "../email.ts";
import { ForgedRow } from "../forged-row.ts";
import type { IdentityTables } from "../tables.ts";
import type { DirectoryRole, ScimTables, UserOrigin } from "./tables.ts";

/** What the directory says of a person. */
export const userProfile = z.object({
  userName: z.string().min(1).max(254),
  externalId: z.string().min(1).max(254).nullable(),
  displayName: z.string().min(1).max(80),
  givenName: z.string().max(80).nullable(),
  familyName: z.string().max(80).nullable(),
  email: z.string().max(254),
});
export type UserProfile = z.output<typeof userProfile>;

/** A member as the directory knows them, the row's MAC checked. */
export interface ScimUser {
  readonly id: string;
  readonly memberId: MemberId;
  readonly personId: PersonId;
  readonly origin: UserOrigin;
  readonly active: boolean;
  readonly userNameHash: Buffer;
  readonly externalIdHash: Buffer | null;
  readonly profileSealed: Buffer;
  readonly baseRole: DirectoryRole;
  readonly grantedRole: DirectoryRole | null;
  /** Into which teams their groups last led, sorted; they may have left one since by somebody's hand. */
  readonly grantedTeams: readonly string[];
  /** When the directory last deactivated the member; their own row says the same for as long as nobody else did since. */
  readonly deactivatedAt: Date | null;
  /** The only id by which the directory leads to a member who has been here (hold-id.ts); null while any may. */
  readonly heldIdHash: Buffer | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly deletedAt: Date | null;
  readonly version: number;
}

/** People do not mind the case of their names, and RFC 7643 (section 4.1.1) says the same of userName. */
export function hashUserName(vault: WorkspaceVault, userName: string): Buffer {
  return vault.hash("scim_user_name", foldEmail(userName));
}

export function hashExternalId(vault: WorkspaceVault, externalId: string): Buffer {
  return vault.hash("scim_external_id", externalId);
}

/** By one of these; those that the directory deleted only by their name. */
export type UserKey =
  | { readonly id: string }
  | { readonly memberId: string }
  | { readonly userNameHash: Buffer }
  | { readonly externalIdHash: Buffer };

/** Everything here needs a transaction scoped to the vault's workspace. Throws ForgedRow. */
export async function findUser(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  key: UserKey,
): Promise<ScimUser | undefined> {
  const query = narrow<ScimTables>(tx)
    .selectFrom("identity_scim_user")
    .where("workspace_id", "=", vault.workspaceId)
    .selectAll();
  const found =
    "id" in key
      ? query.where("id", "=", key.id).where("deleted_at", "is", null)
      : "memberId" in key
        ? query.where("member_id", "=", key.memberId)
        : "userNameHash" in key
          ? query.where("user_name_hash", "=", key.userNameHash)
          : query.where("external_id_hash", "=", key.externalIdHash).where("deleted_at", "is", null);
  const row = await found.executeTakeFirst();
  return row === undefined ? undefined : userOf(vault, row);
}

/** A page of them, in a stable order, and how many there are. */
export async function listUsers(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  page: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly users: readonly ScimUser[] }> {
  const all = narrow<ScimTables>(tx)
    .selectFrom("identity_scim_user")
    .where("workspace_id", "=", vault.workspaceId)
    .where("deleted_at", "is", null);
  const { count } = await all.select(({ fn }) => fn.countAll<string>().as("count")).executeTakeFirstOrThrow();
  const rows = await all.selectAll().orderBy("id").offset(page.offset).limit(page.limit).execute();
  return { total: Number(count), users: rows.map((row) => userOf(vault, row)) };
}

/** Writes a user whole, under the next version. */
export async function saveUser(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: ScimUser,
): Promise<ScimUser> {
  const user: ScimUser = { ...given, version: given.version + 1 };
  const row = {
    active: user.active,
    user_name_hash: user.userNameHash,
    external_id_hash: user.externalIdHash,
    profile_sealed: user.profileSealed,
    base_role: user.baseRole,
    granted_role: user.grantedRole,
    granted_teams: [...user.grantedTeams],
    deactivated_at: user.deactivatedAt,
    held_id_hash: user.heldIdHash,
    changed_at: user.changedAt,
    deleted_at: user.deletedAt,
    version: BigInt(user.version),
    mac: vault.mac(LABEL, macFields(vault, user)),
  };
  await narrow<ScimTables>(tx)
    .insertInto("identity_scim_user")
    .values({
      workspace_id: vault.workspaceId,
      id: user.id,
      member_id: user.memberId,
      person_id: user.personId,
      origin: user.origin,
      created_at: user.createdAt,
      ...row,
    })
    .onConflict((conflict) => conflict.columns(["workspace_id", "id"]).doUpdateSet(row))
    .execute();
  return user;
}

/** Under the member's own key: what the directory said of a person goes with them. */
export async function sealProfile(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  given: {
    readonly id: string;
    readonly memberId: string;
    readonly profile: UserProfile;
    readonly now: Date;
  },
): Promise<Buffer> {
  const subject = { subjectId: given.memberId, keyClass: "member", at: given.now } as const;
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  return keys.seal(subject, profilePlace(given.id), JSON.stringify(userProfile.parse(given.profile)));
}

export async function openProfiles(
  tx: Tx<IdentityTables>,
  vault: WorkspaceVault,
  users: readonly ScimUser[],
): Promise<UserProfile[]> {
  const sealed = users.map(({ profileSealed }) => profileSealed);
  const keys = await vault.keysOf(narrow<VaultTables>(tx), sealed);
  return users.map(({ id, profileSealed }) =>
    userProfile.parse(JSON.parse(keys.openText(profilePlace(id), profileSealed))),
  );
}

const LABEL = "identity_scim_user";

function profilePlace(rowId: string) {
  return { table: "identity_scim_user", column: "profile_sealed", rowId };
}

function userOf(vault: WorkspaceVault, row: Selectable<ScimTables["identity_scim_user"]>): ScimUser {
  const user: ScimUser = {
    id: row.id,
    memberId: row.member_id as MemberId,
    personId: row.person_id as PersonId,
    origin: row.origin,
    active: row.active,
    userNameHash: row.user_name_hash,
    externalIdHash: row.external_id_hash,
    profileSealed: row.profile_sealed,
    baseRole: row.base_role,
    grantedRole: row.granted_role,
    grantedTeams: row.granted_teams,
    deactivatedAt: row.deactivated_at,
    heldIdHash: row.held_id_hash,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    deletedAt: row.deleted_at,
    version: Number(row.version),
  };
  const isOurs = vault.isMac(LABEL, macFields(vault, user), row.mac);
  if (!isOurs || !vault.isNewest(LABEL, user)) throw new ForgedRow(LABEL, row.id);
  return user;
}

function macFields(vault: WorkspaceVault, user: ScimUser) {
  const fields = [
    ...[vault.workspaceId, user.id, user.memberId, user.personId, user.origin, user.active],
    ...[user.userNameHash, user.externalIdHash, user.profileSealed, user.baseRole, user.grantedRole],
    ...[user.createdAt, user.changedAt, user.deletedAt, user.version],
  ];
  // Rows from before there were these keep the MAC they have: as many are covered as say something.
  const later = [user.grantedTeams.join() || null, user.deactivatedAt, user.heldIdHash];
  return [...fields, ...later.slice(0, later.findLastIndex((each) => each !== null) + 1)];
}
