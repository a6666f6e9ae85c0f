import type { MessageBody } from "../message-body.ts";

/** Who is on the other side, as Meta names them. At least one of `userId` and `waId` is present. */
export interface Party {
  /** Business-scoped user id: "CC.<alphanumeric>". Wins over the number. */
  readonly userId: string | null;
  readonly parentUserId: string | null;
  /** The phone number in digits; absent for people with a username who are not in the contact book. */
  readonly waId: string | null;
  readonly name: string | null;
  /** Without a leading @. */
  readonly username: string | null;
  /** Meta's hash of their identity key, where the identity change check is on. */
  readonly identityKeyHash: string | null;
}

/** A file named by an inbound message, to be fetched by id. */
export interface MediaReference {
  readonly metaMediaId: string;
  readonly mimeType: string;
  /** Of the decoded bytes; null when Meta gave none. */
  readonly sha256: Buffer | null;
  readonly fileName: string | null;
}

export interface Referral {
  readonly headline: string | null;
  readonly text: string | null;
  readonly source: string | null;
}

interface FromMeta {
  readonly wamid: string;
  /** Meta's time. */
  readonly metaAt: Date;
}

/** A customer's message, or a system line about them. */
export interface InboundMessage extends FromMeta {
  readonly kind: "message";
  readonly from: Party;
  readonly body: MessageBody;
  readonly media: MediaReference | null;
  /** What it quotes. */
  readonly replyToWamid: string | null;
  /** What it reacts to. */
  readonly targetWamid: string | null;
  readonly forwarded: boolean;
  readonly referral: Referral | null;
  /** True when Meta's agent owns the thread (field `standby`): shown, but it opens no window for us. */
  readonly standby: boolean;
  /** From the past of a number that was connected with its Business app (field `history`); `standby` is true, too. */
  readonly history?: true;
}

/** The customer changed or took back what they wrote. */
export interface InboundRevision extends FromMeta {
  readonly kind: "edit" | "revoke";
  readonly from: Party;
  readonly targetWamid: string;
  /** The new text of an edit; null for a revoke. */
  readonly body: MessageBody | null;
}

/** A message of ours that was sent elsewhere: the Business app, another app, Meta's agent. */
export interface EchoMessage extends FromMeta {
  readonly kind: "echo";
  readonly to: Party;
  readonly body: MessageBody;
  readonly media: MediaReference | null;
  readonly replyToWamid: string | null;
  /** What it reacts to, when it is a reaction. */
  readonly targetWamid?: string;
  /** Meta's field it came in: "message_echoes", "smb_message_echoes", "standby", "history". */
  readonly source: string;
}

/** The same person under a new number or id (`user_changed_number`, `user_changed_user_id`). */
export interface IdentifierChange extends FromMeta {
  readonly kind: "identifier_change";
  readonly event: "number_changed" | "user_id_changed";
  readonly previous: Party;
  readonly current: Party;
  /** Meta's own words. */
  readonly text: string;
}

/** The identity key of a contact changed (legacy `customer_identity_changed`). */
export interface IdentityChange extends FromMeta {
  readonly kind: "identity_change";
  readonly from: Party;
  readonly identityKeyHash: string | null;
  readonly text: string;
}

export type DeliveryStatus = "sent" | "delivered" | "read" | "played" | "failed" | "deleted";

export interface StatusUpdate {
  readonly kind: "status";
  readonly wamid: string;
  readonly status: DeliveryStatus;
  readonly metaAt: Date;
  /** Whom it went to; nobody is named now and then, the wamid says enough. */
  readonly recipient: Party;
  /** What we gave as biz_opaque_callback_data: our message id, when it is ours. */
  readonly callbackData: string | null;
  readonly failure: { readonly code: number; readonly title: string; readonly details: string | null } | null;
  /** Billable, model, type, category: Meta's words, nothing personal. */
  readonly pricing: Readonly<Record<string, string | boolean>> | null;
}

/** Anything about the account and not about a chat. `field` is Meta's; "messages.errors" where a chat field reports one. */
export interface AccountNotice {
  readonly kind: "notice";
  readonly field: string;
}

/** Signed, but not of a shape that we know; goes to quarantine with `reason`. */
export interface FaultyUpdate {
  readonly kind: "faulty";
  /** "shape", "group", "unknown_status", "unreadable", "too_old", ... */
  readonly reason: string;
}

export type Update = (
  | InboundMessage
  | InboundRevision
  | EchoMessage
  | IdentifierChange
  | IdentityChange
  | StatusUpdate
  | AccountNotice
  | FaultyUpdate
) & {
  /** This one update as a whole change in Meta's envelope, as JSON text: what quarantine keeps and can read again. */
  readonly raw: string;
};

/** The updates of one number (or of an account, where `phoneNumberId` is null) in one POST. */
export interface UpdateGroup {
  /** Empty when the entry names no account. */
  readonly wabaId: string;
  readonly phoneNumberId: string | null;
  readonly updates: readonly Update[];
}

/** What a signed body holds. `unreadable`: not JSON, or not Meta's envelope; the whole body goes to quarantine. */
export type WebhookReading =
  | { readonly readable: true; readonly groups: readonly UpdateGroup[]; readonly droppedFields: number }
  | { readonly readable: false; readonly reason: "not_json" | "not_webhook" | "too_deep" | "too_much" };
