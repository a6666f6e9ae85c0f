/** The tables of this room, as in db/migrations/20261124T0861_access_deletion.sql and T0862_access_network_rules.sql. */
export interface AccessTables {
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
}

export type DeletionState = "waiting" | "cancelled" | "running";
