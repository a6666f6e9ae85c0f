import { afterCommit, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { WhatsappTables } from "../tables.ts";
import { DOUBT_DECIDED_AFTER_MS } from "./outbox.ts";

export interface Decision {
  readonly workspaceId: WorkspaceId;
  readonly id: string;
  readonly decision: "send_again" | "drop";
  readonly now: Date;
  readonly wake: (workspaceId: WorkspaceId) => void;
}

/**
 * A person settles a message that failed, or that was in doubt for 15 minutes: it goes out again (and may reach the
 * customer twice), or never. Returns the new state; the caller writes it to the message and the log.
 *
 * Refuses with `whatsapp.send_not_found`, `whatsapp.send_settled` (it is on its way, accepted or dropped) and
 * `whatsapp.send_still_in_doubt`, with the seconds until a person may decide.
 */
export async function decideInDoubt(
  tx: Tx<WhatsappTables>,
  { workspaceId, id, decision, now, wake }: Decision,
): Promise<"queued" | "dropped"> {
  const row = await tx
    .selectFrom("whatsapp_outbox")
    .select(["state", "attempted_at"])
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", id)
    .where("kind", "=", "message")
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", "whatsapp.send_not_found");
  refuseUnlessOpen(row.state, row.attempted_at, now);

  const dropped = decision === "drop";
  await tx
    .updateTable("whatsapp_outbox")
    .set({
      state: dropped ? "dropped" : "queued",
      due_at: now,
      failure_code: null,
      failure_reason: null,
      settled_at: dropped ? now : null,
      ...(dropped ? { payload_sealed: Buffer.alloc(0) } : {}),
    })
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", id)
    .execute();
  // Either way the contact's later messages may be waiting for this one.
  afterCommit(tx, () => wake(workspaceId));
  return dropped ? "dropped" : "queued";
}

function refuseUnlessOpen(state: string, attemptedAt: Date | null, now: Date): void {
  if (state === "failed") return;
  if (state !== "in_doubt") throw new Refusal("conflict", "whatsapp.send_settled");
  const decidableAt = (attemptedAt?.getTime() ?? 0) + DOUBT_DECIDED_AFTER_MS;
  if (now.getTime() >= decidableAt) return;
  throw new Refusal("conflict", "whatsapp.send_still_in_doubt", {
    retryAfterSeconds: Math.ceil((decidableAt - now.getTime()) / 1000),
  });
}
