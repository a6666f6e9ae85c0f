import type { Generated } from "kysely";

export type SendState = "queued" | "sending" | "in_doubt" | "accepted" | "failed" | "dropped";
export type Direction = "in" | "out" | "echo" | "event";

/** bigint columns arrive as text and are written as numbers; none of them grows past 2^53. */
type Counter = string;

export interface InboxTables {
  inbox_contact: {
    workspace_id: string;
    id: string;
    profile_sealed: Buffer;
    profile_hash: Buffer;
    identity: Generated<"known" | "uncertain">;
    identity_since: Date | null;
    version: Generated<Counter>;
    created_at: Date;
  };
  inbox_contact_identifier: {
    workspace_id: string;
    kind: "user_id" | "parent_user_id" | "wa_id";
    hash: Buffer;
    contact_id: string;
    value_sealed: Buffer;
    current: Generated<boolean>;
    created_at: Date;
    mac: Buffer;
  };
  inbox_conversation: {
    workspace_id: string;
    id: string;
    contact_id: string;
    number_id: string;
    state: "open" | "closed";
    assignee_id: string | null;
    team_id: string | null;
    language: "en" | "ar" | null;
    version: Generated<Counter>;
    last_position: Generated<Counter>;
    inbound_count: Generated<Counter>;
    last_inbound_at: Date | null;
    last_activity_at: Date;
    waiting_since: Date | null;
    last_message_id: string | null;
    created_at: Date;
    mac: Buffer;
  };
  inbox_episode: {
    workspace_id: string;
    id: string;
    conversation_id: string;
    opened_at: Date;
    closed_at: Date | null;
    closed_by: string | null;
    answered_from: Date | null;
    answered_at: Date | null;
    answered_by: string | null;
  };
  inbox_taking: {
    workspace_id: string;
    id: string;
    conversation_id: string;
    member_id: string;
    taken_at: Date;
  };
  inbox_message: {
    workspace_id: string;
    id: string;
    conversation_id: string;
    position: Counter | number;
    direction: Direction;
    kind: string;
    author_id: string | null;
    wamid_hash: Buffer | null;
    wamid_sealed: Buffer | null;
    body_sealed: Buffer;
    media_id: string | null;
    reply_to_hash: Buffer | null;
    target_hash: Buffer | null;
    meta_at: Date | null;
    recorded_at: Date;
    send_state: SendState | null;
    sent_at: Date | null;
    delivered_at: Date | null;
    read_at: Date | null;
    played_at: Date | null;
    failed_at: Date | null;
    failure_code: number | null;
    failure_sealed: Buffer | null;
    pricing: unknown;
    edited_at: Date | null;
    revoked_at: Date | null;
    client_id: string | null;
  };
  inbox_waiting_status: {
    workspace_id: string;
    wamid_hash: Buffer;
    status: string;
    at: Date;
    failure_code: number | null;
    pricing: unknown;
    received_at: Date;
  };
  inbox_billed: {
    workspace_id: string;
    id: Generated<string>;
    day: string;
    number_id: string;
    category: string;
    country: string;
    messages: Counter | number;
  };
  inbox_billable_count: {
    workspace_id: string;
    day: string;
    number_id: string;
    category: string;
    country: string;
    messages: Counter | number;
  };
  inbox_rate_card: {
    workspace_id: string;
    id: string;
    currency: string;
    valid_from: string;
    rates: unknown;
    uploaded_at: Date;
    uploaded_by: string;
  };
  inbox_budget: {
    workspace_id: string;
    amount_millionths: Counter | number;
    currency: string;
    threshold_percent: number;
    alerted_month: string | null;
    changed_at: Date;
    changed_by: string;
  };
  inbox_read_cursor: {
    workspace_id: string;
    member_id: string;
    conversation_id: string;
    inbound_seen: Counter | number;
  };
  inbox_opening: {
    workspace_id: string;
    conversation_id: string;
    member_id: string;
    reason: string;
    opened_at: Date;
    expires_at: Date;
    mac: Buffer;
  };
}
