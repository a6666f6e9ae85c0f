import { sql } from "kysely";
import type { AuditLog } from "../../audit/audit-log.ts";
import { narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { OutboxTables, SendFailure } from "./outbox.ts";

/**
 * How long a stopped number waits before one message tries whether it was mended, in ms. Ours: without it a number
 * whose bill was paid at Meta would stay silent until somebody came to our console.
 */
const PROBE_AFTER_MS = 15 * 60 * 1000;

export interface NumberState {
  /** Why its queue waits, or null. */
  readonly stopped: string | null;
  /** Rows that may go at once: none, one to try, or any. */
  readonly allowance: "none" | "one" | "all";
  /** Messages a second. */
  readonly throughput: number;
}

/** Undefined when the number is not connected. */
export async function findNumberState(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  numberId: string,
  now: Date,
): Promise<NumberState | undefined> {
  const row = await tx
    .selectFrom("whatsapp_number")
    .select(["sending_stopped", "sending_stopped_at", "throughput"])
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", numberId)
    .where("state", "=", "connected")
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { sending_stopped: stopped, sending_stopped_at: since, throughput } = row;
  if (since === null) return { stopped, allowance: "all", throughput };
  // Since a time to come: the clock was set back, and waiting for it would be silence for nothing.
  const waited = Math.abs(now.getTime() - since.getTime()) >= PROBE_AFTER_MS;
  return { stopped, allowance: waited ? "one" : "none", throughput };
}

interface Stop {
  readonly workspaceId: WorkspaceId;
  readonly numberId: string;
  readonly failure: SendFailure;
  readonly now: Date;
}

/** Stops a number's queue. The same stop again moves the next trial and is not told again. */
export async function stopNumber(tx: Tx<OutboxTables>, audit: AuditLog, stop: Stop): Promise<void> {
  const { workspaceId, numberId, failure, now } = stop;
  const { rows } = await sql<{ before: string | null }>`
    update whatsapp_number as number set sending_stopped = ${failure.reason}, sending_stopped_at = ${now}
    from (select id, sending_stopped as before from whatsapp_number
          where workspace_id = ${workspaceId} and id = ${numberId} for update) as old
    where number.workspace_id = ${workspaceId} and number.id = old.id
    returning old.before`.execute(tx);
  if (rows[0] === undefined || rows[0].before === failure.reason) return;
  await audit.append(narrow(tx), workspaceId, [
    {
      occurredAt: now,
      kind: "number.sending_stopped",
      actor: "system:sender",
      subject: `number:${numberId}`,
      outcome: "failure",
      detail: { reason: failure.reason, code: failure.code },
    },
  ]);
}

/** Lets a stopped number send again: a message got through, or someone mended what was wrong. */
export async function resumeNumber(
  tx: Tx<OutboxTables>,
  audit: AuditLog,
  { workspaceId, numberId, actor, now }: Omit<Stop, "failure"> & { readonly actor: string },
): Promise<void> {
  const { numAffectedRows } = await sql`
    update whatsapp_number set sending_stopped = null, sending_stopped_at = null
    where workspace_id = ${workspaceId} and id = ${numberId} and sending_stopped is not null`.execute(tx);
  if (numAffectedRows !== 1n) return;
  await audit.append(narrow(tx), workspaceId, [
    {
      occurredAt: now,
      kind: "number.sending_resumed",
      actor,
      subject: `number:${numberId}`,
      outcome: "success",
    },
  ]);
}
