import { afterCommit, narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, WorkspaceVault } from "../../vault/vault.ts";
import type { WhatsappTables } from "../tables.ts";
import { payloadPlace } from "./outbox.ts";
import { type SendInput, sendPayload } from "./send-payload.ts";

export interface QueuedSend {
  /** The message's id; of a read receipt, a fresh one. Goes to Meta and comes back with every status. */
  readonly id: string;
  readonly numberId: string;
  readonly contactId: string;
  readonly payload: SendInput;
}

export interface QueueTools {
  readonly vault: WorkspaceVault;
  readonly now: Date;
  /** Tells the sender after the commit; a sender that is not told finds the row within a second. */
  readonly wake: (workspaceId: WorkspaceId, numberId: string) => void;
}

/**
 * Puts a message into the outbox, sealed under its contact's conversation key, in the caller's transaction: it is
 * sent when and only when that commits. Order per contact is the order of these calls, so the caller holds the
 * conversation's row. An id that is there already is a bug and throws.
 */
export async function queueSend(
  tx: Tx<WhatsappTables>,
  { vault, now, wake }: QueueTools,
  send: QueuedSend,
): Promise<void> {
  const payload = sendPayload.parse(send.payload);
  const subject: KeySubject = { subjectId: send.contactId, keyClass: "conversation", at: now };
  const keys = await vault.keysFor(narrow<VaultTables>(tx), [subject]);
  await tx
    .insertInto("whatsapp_outbox")
    .values({
      workspace_id: vault.workspaceId,
      id: send.id,
      number_id: send.numberId,
      contact_id: send.contactId,
      kind: payload.kind === "read_receipt" ? "read_receipt" : "message",
      state: "queued",
      payload_sealed: keys.seal(subject, payloadPlace(send.id), JSON.stringify(payload)),
      due_at: now,
      attempted_at: null,
      failure_code: null,
      failure_reason: null,
      created_at: now,
      settled_at: null,
    })
    .execute();
  afterCommit(tx, () => wake(vault.workspaceId, send.numberId));
}
