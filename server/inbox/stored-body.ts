import type { Referral } from "../whatsapp/inbound/update.ts";
import type { MessageBody } from "../whatsapp/message-body.ts";

/** What is sealed in inbox_message.body_sealed, as JSON: the body and what else about a message is personal. */
export interface StoredBody {
  readonly body: MessageBody;
  readonly forwarded?: boolean;
  readonly referral?: Referral;
  /** Echoes: Meta's field they came in. */
  readonly source?: string;
  /** Its file: said here as well as in the row, so that nobody hangs another chat's file on it. */
  readonly mediaId?: string;
}

/** A message in its thread. What is sealed of it opens in no other one. */
export interface MessageKey {
  readonly id: string;
  readonly conversationId: string;
}

type MessagePlace = { table: string; column: string; rowId: string };

function placeOf(column: string, { id, conversationId }: MessageKey): MessagePlace {
  return { table: "inbox_message", column, rowId: `${conversationId}/${id}` };
}

/** Where the body of a message is sealed. */
export function bodyPlace(message: MessageKey): MessagePlace {
  return placeOf("body_sealed", message);
}

/** Where its wamid is: it contains the customer's number. */
export function wamidPlace(message: MessageKey): MessagePlace {
  return placeOf("wamid_sealed", message);
}

/** Where Meta's words about a failure are. */
export function failurePlace(message: MessageKey): MessagePlace {
  return placeOf("failure_sealed", message);
}
