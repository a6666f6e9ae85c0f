import type { ColumnType } from "kysely";

/** PostgreSQL's bigint: comes as text, goes as bigint. */
type Bigint = ColumnType<string, bigint, bigint>;

/** The tables of single sign-on, as in db/migrations/20261124T0850_identity_sso.sql. */
export interface SsoTables {
  identity_sso_connection: {
    workspace_id: string;
    id: string;
    protocol: Protocol;
    enabled: boolean;
    settings: string;
    secret_sealed: Buffer | null;
    changed_at: Date;
    changed_by: string;
    version: Bigint;
    mac: Buffer;
  };
  identity_sso_route: { connection_id: string; workspace_id: string; protocol: Protocol };
  identity_sso_link: {
    workspace_id: string;
    id: string;
    connection_id: string;
    member_id: string;
    person_id: string;
    subject_hash: Buffer;
    made_by: LinkOrigin;
    created_at: Date;
    used_at: Date | null;
    version: Bigint;
    mac: Buffer;
  };
  identity_sso_attempt: {
    state_hash: Buffer;
    id: string;
    workspace_id: string;
    connection_id: string;
    content_sealed: Buffer;
    expires_at: Date;
    mac: Buffer;
  };
  identity_sso_assertion: { workspace_id: string; assertion_hash: Buffer; expires_at: Date };
}

export type Protocol = "oidc" | "saml";
/** How an account came to be somebody's: by themselves, through their invitation, or by the directory's own id. */
export type LinkOrigin = "self" | "invitation" | "directory";
