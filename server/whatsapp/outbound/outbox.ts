import type { AuditTables } from "../../audit/tables.ts";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { LeaseTables } from "../../platform/lease.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { Place } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";

/** What sending touches: its rows, keys, leases and the log. */
export type OutboxTables = WhatsappTables & VaultTables & LeaseTables & AuditTables;

/** How long a message in doubt holds back the later ones of its contact, in ms. Ours: a chat must not stand still. */
export const DOUBT_HOLDS_MS = 60_000;

/** How long we wait for a status before a person decides, in ms. Ours; Meta names no time. */
export const DOUBT_DECIDED_AFTER_MS = 15 * 60 * 1000;

export interface SendFailure {
  /** Meta's, or null where Meta did not answer. */
  readonly code: number | null;
  /** Of docs/errors.md, "Sending". */
  readonly reason: string;
  /** Meta's words. They may quote numbers: seal them or leave them. */
  readonly title?: string;
  readonly details?: string | null;
}

/** What became of a message. `queued`: it goes out again by itself, and `failure` says what it waits for. */
export interface Settlement {
  readonly workspaceId: WorkspaceId;
  /** Of the message. */
  readonly id: string;
  readonly contactId: string;
  readonly state: "accepted" | "failed" | "in_doubt" | "queued";
  readonly at: Date;
  /** When accepted: Meta's id. */
  readonly wamid?: string;
  /** When accepted: how Meta names the recipient; what it does not tell is null. */
  readonly recipient?: { readonly waId: string | null; readonly userId: string | null };
  readonly failure?: SendFailure;
  /** Whoever runs the workspace should hear of it. */
  readonly alarm: boolean;
}

/** Updates the messages' own rows in the transaction that settles the outbox. At least one, all of one workspace. */
export type OnSettled = (tx: Tx<OutboxTables>, settlements: readonly Settlement[]) => Promise<void>;

export function payloadPlace(id: string): Place {
  return { table: "whatsapp_outbox", column: "payload_sealed", rowId: id };
}
