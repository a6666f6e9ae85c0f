import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, Vault } from "../../vault/vault.ts";
import type { Settlement } from "../../whatsapp/outbound/outbox.ts";
import { applyWaiting } from "../ingest/waiting-statuses.ts";
import { announce } from "../live/live-change.ts";
import { failurePlace, wamidPlace } from "../stored-body.ts";
import type { InboxTables } from "../tables.ts";

/**
 * Writes to a message what became of it in the outbox, in the transaction that settles it there. Statuses that came
 * before the answer are applied as soon as the wamid is known.
 */
export async function settleMessage(
  tx: Tx<InboxTables>,
  vault: Vault,
  settlement: Settlement,
): Promise<void> {
  const workspace = await vault.openWorkspace(settlement.workspaceId);
  const { id, wamid, failure } = settlement;
  const subject: KeySubject = {
    subjectId: settlement.contactId,
    keyClass: "conversation",
    at: settlement.at,
  };
  const keys = await workspace.keysFor(narrow<VaultTables>(tx), [subject]);
  const wamidHash = wamid === undefined ? null : workspace.hash("wamid", wamid);
  const failed = settlement.state === "failed";
  const words = failure === undefined ? null : JSON.stringify(failure);

  const message = await tx
    .selectFrom("inbox_message")
    .select("conversation_id")
    .where("workspace_id", "=", workspace.workspaceId)
    .where("id", "=", id)
    .executeTakeFirst();
  if (message === undefined) {
    if (wamidHash !== null) await applyWaiting(tx, workspace, [wamidHash]);
    return;
  }
  const conversationId = message.conversation_id;
  const key = { id, conversationId };
  await sql`
    update inbox_message
    set send_state = ${settlement.state},
        wamid_hash = coalesce(wamid_hash, ${wamidHash}),
        wamid_sealed = coalesce(wamid_sealed, ${wamid === undefined ? null : keys.seal(subject, wamidPlace(key), wamid)}),
        failed_at = ${failed ? settlement.at : null},
        failure_code = ${failed ? (failure?.code ?? null) : null},
        failure_sealed = ${failed && words !== null ? keys.seal(subject, failurePlace(key), words) : null}
    where workspace_id = ${workspace.workspaceId} and id = ${id}
  `.execute(tx);
  if (wamidHash !== null) await applyWaiting(tx, workspace, [wamidHash]);

  await announce(tx, {
    workspaceId: workspace.workspaceId,
    conversations: [conversationId],
    messages: [{ conversationId, messageId: id }],
  });
}
