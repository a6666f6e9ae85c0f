/** The tables of this room, as in db/migrations/20261124T0830_mail_queue.sql. */
export interface MailTables {
  mail_message: {
    workspace_id: string;
    id: string;
    kind: string;
    recipient_sealed: Buffer;
    subject_sealed: Buffer;
    body_sealed: Buffer;
    about_workspace: string | null;
    attempts: number;
    created_at: Date;
    due_at: Date;
  };
  mail_pace: { workspace_id: string; key_hash: Buffer; queued_at: Date };
}
