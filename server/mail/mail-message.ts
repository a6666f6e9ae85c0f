import type { KeySubject, Place } from "../vault/vault.ts";
import type { MailLanguage } from "./mail-kinds.ts";

/** What is sealed in `body_sealed`, as JSON. In there, because who writes the database must not make it last longer. */
export interface SealedBody {
  readonly text: string;
  readonly html: string;
  readonly language: MailLanguage;
  /** The moment, in ms, after which it is not sent any more. */
  readonly expiresAt: number;
  readonly isForNobody: boolean;
}

/** Each mail has a key of its own, destroyed with its row: what was written to whom is gone from the WAL as well. */
export function mailKeySubject(id: string, at: Date): KeySubject {
  return { subjectId: id, keyClass: "member", at };
}

export function recipientPlace(rowId: string): Place {
  return { table: "mail_message", column: "recipient_sealed", rowId };
}

export function subjectPlace(rowId: string): Place {
  return { table: "mail_message", column: "subject_sealed", rowId };
}

export function bodyPlace(rowId: string): Place {
  return { table: "mail_message", column: "body_sealed", rowId };
}
