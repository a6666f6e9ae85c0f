import type { Generated } from "kysely";

/** The tables of this room, as the migrations name them. What ends in `_sealed` only the vault can read. */
export interface WhatsappTables {
  whatsapp_app: {
    workspace_id: string;
    app_id: string;
    secret_sealed: Buffer;
    previous_secret_sealed: Buffer | null;
    previous_until: Date | null;
    verify_token_sealed: Buffer;
    created_at: Date;
  };
  whatsapp_app_route: { app_id: string; workspace_id: string };
  whatsapp_number: {
    workspace_id: string;
    id: string;
    phone_number_id: string;
    waba_id: string;
    app_id: string;
    host: "meta" | "simulator";
    token_sealed: Buffer | null;
    profile_sealed: Buffer;
    quality: string | null;
    throughput: Generated<number>;
    state: "connected" | "disconnected";
    created_at: Date;
    checked_at: Date | null;
    disconnected_at: Date | null;
    last_webhook_at: Date | null;
    sending_stopped: string | null;
    sending_stopped_at: Date | null;
  };
  whatsapp_number_route: {
    phone_number_id: string;
    waba_id: string;
    workspace_id: string;
    number_id: string;
  };
  whatsapp_template: {
    workspace_id: string;
    id: string;
    waba_id: string;
    meta_id: string;
    name: string;
    language: string;
    category: string;
    status: string;
    quality: string | null;
    components_sealed: Buffer;
    synchronised_at: Date;
  };
  whatsapp_notice: {
    workspace_id: string;
    id: string;
    waba_id: string;
    number_id: string | null;
    field: string;
    body_hash: Buffer;
    body_sealed: Buffer;
    received_at: Date;
  };
  whatsapp_quarantine: {
    workspace_id: string;
    id: string;
    reason: string;
    app_id: string;
    waba_id: string | null;
    phone_number_id: string | null;
    field: string | null;
    body_hash: Buffer;
    body_sealed: Buffer;
    byte_size: number;
    state: "held" | "retried" | "dropped";
    received_at: Date;
    decided_at: Date | null;
    decided_by: string | null;
  };
  whatsapp_media: {
    workspace_id: string;
    id: string;
    number_id: string;
    subject_id: string;
    direction: "in" | "out";
    state: "waiting" | "fetching" | "ready" | "failed";
    reference_sealed: Buffer;
    mime_type: string;
    /** bigint: pg hands it over as text. */
    byte_size: string | null;
    failure: string | null;
    attempts: Generated<number>;
    due_at: Date;
    meta_uploaded_at: Date | null;
    created_at: Date;
  };
  whatsapp_outbox: {
    workspace_id: string;
    id: string;
    number_id: string;
    contact_id: string;
    /** bigint: pg hands it over as text. */
    sequence: Generated<string>;
    kind: "message" | "read_receipt";
    state: "queued" | "sending" | "in_doubt" | "accepted" | "failed" | "dropped";
    payload_sealed: Buffer;
    attempts: Generated<number>;
    due_at: Date;
    attempted_at: Date | null;
    failure_code: number | null;
    failure_reason: string | null;
    created_at: Date;
    settled_at: Date | null;
  };
}
