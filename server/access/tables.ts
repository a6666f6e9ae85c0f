/** The tables of this room, as in db/migrations/20261124T0862_access_network_rules.sql. */
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
}
