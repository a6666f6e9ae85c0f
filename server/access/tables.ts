import type { ColumnType } from "kysely";

/** PostgreSQL's bigint: comes as text, goes as a number. None of them grows past 2^53. */
type Version = ColumnType<string, number, number>;

/** The tables of this room, as in db/migrations/*_access_*.sql. */
export interface AccessTables {
  access_team: {
    workspace_id: string;
    id: string;
    name_sealed: Buffer;
    created_at: Date;
    dissolved_at: Date | null;
    version: Version;
    mac: Buffer;
  };
  access_team_member: {
    workspace_id: string;
    member_id: string;
    team_ids: string[];
    changed_at: Date;
    version: Version;
    mac: Buffer;
  };
  access_number_team: {
    workspace_id: string;
    number_id: string;
    team_ids: string[];
    default_team_id: string | null;
    changed_at: Date;
    version: Version;
    mac: Buffer;
  };
  access_invitation_team: {
    workspace_id: string;
    invitation_id: string;
    team_ids: string[];
    mac: Buffer;
  };
  access_ownership_offer: {
    workspace_id: string;
    id: string;
    offered_by: string;
    offered_to: string;
    afterwards: "owner" | "admin";
    created_at: Date;
    expires_at: Date;
    ended_at: Date | null;
    outcome: "accepted" | "declined" | "cancelled" | null;
    version: Version;
    mac: Buffer;
  };
  access_network_rules: {
    workspace_id: string;
    rules_sealed: Buffer;
    /** A bigint, which the driver hands over as text. */
    version: string | number;
    changed_at: Date;
    changed_by: string | null;
    mac: Buffer;
  };
  access_deletion: {
    workspace_id: string;
    state: DeletionState;
    requested_by: string;
    requested_at: Date;
    due_at: Date;
    decided_at: Date | null;
    version: string | number;
    mac: Buffer;
  };
  access_deletion_route: { workspace_id: string };
  access_ending_notice: { workspace_id: string; subject: string; days: number; noticed_at: Date };
}

export type DeletionState = "waiting" | "cancelled" | "running";
