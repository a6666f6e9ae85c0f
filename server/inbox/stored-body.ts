import type { Referral } from "../whatsapp/inbound/update.ts";
import type { MessageBody } from "../whatsapp/message-body.ts";

/** What is sealed in inbox_message.body_sealed, as JSON: the body and what else about a message is personal. */
export interface StoredBody {
  readonly body: MessageBody;
  readonly forwarded?: boolean;
  readonly referral?: Referral;
  /** Echoes: Meta's field they came in. */
  readonly source?: string;
}

/** Where the body of a message is sealed. */
export function bodyPlace(messageId: string): { table: string; column: string; rowId: string } {
  return { table: "inbox_message", column: "body_sealed", rowId: messageId };
}

/** Where its wamid is: it contains the customer's number. */
export function wamidPlace(messageId: string): { table: string; column: string; rowId: string } {
  return { table: "inbox_message", column: "wamid_sealed", rowId: messageId };
}

/** Where Meta's words about a failure are. */
export function failurePlace(messageId: string): { table: string; column: string; rowId: string } {
  return { table: "inbox_message", column: "failure_sealed", rowId: messageId };
}
