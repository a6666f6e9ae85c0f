export interface AuditTables {
  audit_event: {
    workspace_id: string;
    day: string;
    id: string;
    occurred_at: Date;
    kind: string;
    actor: string;
    subject: string;
    contact_id: string | null;
    outcome: string;
    bytes: Buffer;
    salt: Buffer;
  };
  audit_pending: {
    workspace_id: string;
    writer: string;
    counter: string | bigint;
    event_day: string;
    event_id: string;
    leaf_hash: Buffer;
    mac: Buffer;
  };
}
