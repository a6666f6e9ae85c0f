import type { ColumnType } from "kysely";

export type LinkPurpose =
  | "password_reset"
  | "email_confirm"
  | "email_stop"
  | "factor_reset_cancel"
  | "owner_recovery";

/** How somebody was recognised before their factors are removed. */
export const IDENTITY_CHECKS = ["video_call", "in_person", "known_number", "other"] as const;
export type IdentityCheck = (typeof IDENTITY_CHECKS)[number];

/** PostgreSQL's bigint comes as text. */
type Version = ColumnType<string, number, number>;

/** As in db/migrations/20261124T0831_identity_recovery.sql. */
export interface RecoveryTables {
  identity_recovery_link: {
    workspace_id: string;
    id: string;
    token_hash: Buffer;
    person_id: string;
    purpose: LinkPurpose;
    about_id: string | null;
    created_at: Date;
    expires_at: Date;
    ended_at: Date | null;
    version: Version;
    mac: Buffer;
  };
  identity_email_change: {
    workspace_id: string;
    id: string;
    person_id: string;
    before_sealed: Buffer;
    after_sealed: Buffer;
    state: "asked" | "confirmed" | "stopped" | "reverted";
    created_at: Date;
    expires_at: Date;
    version: Version;
    mac: Buffer;
  };
  identity_factor_reset: {
    workspace_id: string;
    id: string;
    member_id: string;
    person_id: string;
    started_by: string;
    how: IdentityCheck;
    note_sealed: Buffer;
    state: "pending" | "cancelled" | "done";
    created_at: Date;
    due_at: Date;
    ended_at: Date | null;
    version: Version;
    mac: Buffer;
  };
}
