import type { ColumnType } from "kysely";
import type { FactorMethod, Role } from "./actor.ts";
import type { RecoveryTables } from "./recovery/tables.ts";

/** PostgreSQL's bigint: comes as text, goes as bigint. */
type Bigint = ColumnType<string | null, bigint | null, bigint | null>;
type Version = ColumnType<string, bigint | undefined, bigint>;
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** The tables of this room, as in db/migrations/*_identity_*.sql. */
export interface IdentityTables extends RecoveryTables {
  identity_workspace: { workspace_id: string; name_sealed: Buffer; time_zone: string; created_at: Date };
  identity_workspace_route: { workspace_id: string; created_at: Date };
  identity_setup: {
    id: number;
    code_hash: Buffer | null;
    code_expires_at: Date | null;
    session_hash: Optional<Buffer>;
    session_expires_at: Optional<Date>;
    attempts: number;
  };
  identity_login: { email_hash: Buffer; person_id: string };
  identity_person: {
    workspace_id: string;
    id: string;
    email_sealed: Buffer;
    language: Language;
    created_at: Date;
  };
  identity_credential: {
    workspace_id: string;
    id: string;
    person_id: string;
    kind: CredentialKind;
    secret: Buffer;
    last_step: Bigint;
    used_at: Date | null;
    created_at: Date;
    handle_hash: Buffer | null;
    version: ColumnType<string, bigint | undefined, bigint>;
    mac: Buffer;
  };
  identity_spent_challenge: { challenge_hash: Buffer; expires_at: Date };
  identity_attempt: {
    key_hash: Buffer;
    failures: number;
    last_failure_at: Date;
    blocked_until: Date | null;
  };
  identity_guess_run: {
    key_hash: Buffer;
    failures: number;
    last_failure_at: Date;
    is_somebodys: boolean;
  };
  identity_member: {
    workspace_id: string;
    id: string;
    person_id: string;
    name_sealed: Buffer;
    role: Role;
    state: MemberState;
    created_at: Date;
    deactivated_at: Date | null;
    last_seen_at: Date | null;
    version: Version;
    mac: Buffer;
  };
  identity_membership_route: { person_id: string; workspace_id: string; member_id: string };
  identity_session: {
    token_hash: Buffer;
    id: string;
    workspace_id: string;
    person_id: string;
    member_id: string;
    version: Version;
    assurance: 1 | 2;
    pending: Pending | null;
    method: FactorMethod | null;
    device_id: string | null;
    device_hash: Buffer | null;
    network_hash: Buffer | null;
    country_hash: Buffer | null;
    created_at: Date;
    factor_at: Date | null;
    active_at: Date;
    locked_at: Date | null;
    seen_at: Date;
    expires_at: Date;
    user_agent_sealed: Buffer | null;
    binding_id: string | null;
    binding_key: Buffer | null;
    bound_at: Date | null;
    binding_shown_at: Date | null;
    mac: Buffer;
  };
  identity_device: {
    workspace_id: string;
    id: string;
    member_id: string;
    token_hash: Buffer;
    state: DeviceState;
    created_at: Date;
    expires_at: Date;
    decided_by: string | null;
    seen_at: Date;
    user_agent_sealed: Buffer | null;
    country_sealed: Buffer | null;
    version: Version;
    mac: Buffer;
  };
  identity_device_route: { token_hash: Buffer; workspace_id: string; device_id: string };
  identity_network: {
    workspace_id: string;
    member_id: string;
    network_hash: Buffer;
    seen_at: Date;
    mac: Buffer;
  };
  identity_invitation: {
    workspace_id: string;
    id: string;
    name_sealed: Buffer;
    role: Role;
    invited_by: string;
    created_at: Date;
    expires_at: Date;
    accepted_at: Date | null;
    revoked_at: Date | null;
    email_sealed: Optional<Buffer>;
    version: Version;
    mac: Buffer;
  };
  identity_policy: {
    workspace_id: string;
    name: string;
    value: string;
    version: Version;
    changed_at: Date;
    mac: Buffer;
  };
  identity_invitation_route: { token_hash: Buffer; workspace_id: string; invitation_id: string };
}

export type CredentialKind = "password" | "totp" | "recovery_code" | "passkey" | "enrolment_leave";
/** What a session still lacks. */
export type Pending = "factor" | "enrol" | "device" | "password";
/** A device that waits for approval, may sign in, or was refused or forgotten. */
export type DeviceState = "waiting" | "trusted" | "ended";
export type MemberState = "active" | "deactivated";
export type Language = "en" | "ar";
