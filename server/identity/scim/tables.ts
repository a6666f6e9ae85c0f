import type { ColumnType } from "kysely";

/** PostgreSQL's bigint: comes as text, goes as bigint. */
type Bigint = ColumnType<string, bigint, bigint>;

/** The roles that a directory may give: never Owner. */
export type DirectoryRole = "agent" | "team_lead" | "admin";
/** Whether the directory made the member, or found them there. */
export type UserOrigin = "made" | "adopted";

/** The tables of the directory's door, as in db/migrations/20261124T0851_identity_scim.sql, 0873, 0896 and 0897. */
export interface ScimTables {
  identity_scim_token: {
    workspace_id: string;
    id: string;
    token_hash: Buffer;
    made_by: string;
    created_at: Date;
    expires_at: Date;
    revoked_at: Date | null;
    used_at: Date | null;
    version: Bigint;
    mac: Buffer;
  };
  identity_scim_token_route: { token_hash: Buffer; workspace_id: string; token_id: string };
  identity_scim_user: {
    workspace_id: string;
    id: string;
    member_id: string;
    person_id: string;
    origin: UserOrigin;
    active: boolean;
    user_name_hash: Buffer;
    external_id_hash: Buffer | null;
    profile_sealed: Buffer;
    base_role: DirectoryRole;
    granted_role: DirectoryRole | null;
    granted_teams: string[];
    deactivated_at: Date | null;
    held_id_hash: Buffer | null;
    created_at: Date;
    changed_at: Date;
    deleted_at: Date | null;
    version: Bigint;
    mac: Buffer;
  };
  identity_scim_group: {
    workspace_id: string;
    id: string;
    name_hash: Buffer;
    external_id_hash: Buffer | null;
    profile_sealed: Buffer;
    role: DirectoryRole | null;
    team_id: string | null;
    created_at: Date;
    changed_at: Date;
    version: Bigint;
    mac: Buffer;
  };
  identity_scim_group_member: { workspace_id: string; group_id: string; user_id: string; mac: Buffer };
}
