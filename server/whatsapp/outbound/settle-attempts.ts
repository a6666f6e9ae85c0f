import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { OpenRow } from "./claim-rows.ts";
import type { OnSettled, OutboxTables, Settlement } from "./outbox.ts";
import type { Outcome } from "./outcome.ts";

export interface Finished {
  readonly row: Omit<OpenRow, "payload">;
  /** False: no attempt was committed, because a file or a key was missing. */
  readonly begun: boolean;
  readonly outcome: Outcome;
  /** When the row may go out again, where the outcome says that it does. */
  readonly dueAt: Date;
}

export interface SettleInput {
  readonly workspaceId: WorkspaceId;
  readonly finished: readonly Finished[];
  readonly now: Date;
}

type RowState = Settlement["state"];

const STATES: Readonly<Record<Outcome["kind"], RowState>> = {
  accepted: "accepted",
  failed: "failed",
  in_doubt: "in_doubt",
  again: "queued",
  stopped: "queued",
};

/**
 * Writes what attempts came to, and tells the inbox in the same transaction. That Meta has a message is true whatever
 * has happened since. Anything else only the attempt that the row is at may say, and only while it is `sending`, or
 * `in_doubt` because somebody took us for dead: what a status or a person has settled since stays.
 */
export async function settleAttempts(
  tx: Tx<OutboxTables>,
  onSettled: OnSettled,
  { workspaceId, finished, now }: SettleInput,
): Promise<void> {
  for (const one of finished.toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    const { row, outcome } = one;
    const changed =
      row.kind === "read_receipt"
        ? await settleReceipt(tx, workspaceId, one)
        : await settleMessage(tx, workspaceId, one, now);
    if (changed && row.kind === "message") await onSettled(tx, settlementOf(workspaceId, row, outcome, now));
  }
}

async function settleMessage(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  { row, begun, outcome, dueAt }: Finished,
  now: Date,
): Promise<boolean> {
  if (outcome.kind === "accepted") return acceptMessage(tx, workspaceId, row.id, now);
  const state = STATES[outcome.kind];
  const from = begun ? ["sending", "in_doubt"] : ["queued"];
  const { numAffectedRows } = await sql`
    update whatsapp_outbox set state = ${state}, due_at = ${dueAt}, settled_at = ${state === "failed" ? now : null},
      failure_code = ${outcome.failure.code}, failure_reason = ${outcome.failure.reason}
    where workspace_id = ${workspaceId} and id = ${row.id} and attempts = ${row.attempts}
      and state = any(${from})`.execute(tx);
  return numAffectedRows === 1n;
}

async function acceptMessage(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  id: string,
  now: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update whatsapp_outbox set state = 'accepted', settled_at = ${now}, payload_sealed = '',
      failure_code = null, failure_reason = null
    where workspace_id = ${workspaceId} and id = ${id} and state <> 'accepted'`.execute(tx);
  return numAffectedRows === 1n;
}

/** A receipt that did not get through is of no use later, except when it never left. */
async function settleReceipt(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  { row, outcome, dueAt }: Finished,
): Promise<boolean> {
  const again = outcome.kind === "again" || outcome.kind === "stopped";
  const { numAffectedRows } = again
    ? await sql`update whatsapp_outbox set state = 'queued', due_at = ${dueAt}
        where workspace_id = ${workspaceId} and id = ${row.id} and attempts = ${row.attempts}`.execute(tx)
    : await sql`delete from whatsapp_outbox
        where workspace_id = ${workspaceId} and id = ${row.id} and attempts = ${row.attempts}`.execute(tx);
  return numAffectedRows === 1n;
}

function settlementOf(
  workspaceId: WorkspaceId,
  row: Finished["row"],
  outcome: Outcome,
  at: Date,
): Settlement {
  const alarm = outcome.kind === "stopped" || ("alarm" in outcome && outcome.alarm);
  const head = { workspaceId, id: row.id, contactId: row.contactId, state: STATES[outcome.kind], at, alarm };
  if (outcome.kind !== "accepted") return { ...head, failure: outcome.failure };
  return {
    ...head,
    ...(outcome.wamid === null ? {} : { wamid: outcome.wamid }),
    ...(outcome.recipient === null ? {} : { recipient: outcome.recipient }),
  };
}

/**
 * Rows that a dead process left `sending`: nobody can know whether they went out, so they are in doubt. Call it under
 * a lease just taken; `ownIds` are attempts of this very process that are still on their way.
 */
export async function doubtOrphans(
  tx: Tx<OutboxTables>,
  onSettled: OnSettled,
  { workspaceId, numberId, ownIds, now }: OrphanInput,
): Promise<number> {
  const { rows } = await sql<{ id: string; contact_id: string; kind: "message" | "read_receipt" }>`
    update whatsapp_outbox set state = 'in_doubt', failure_code = null, failure_reason = 'restarted'
    where workspace_id = ${workspaceId} and number_id = ${numberId} and state = 'sending'
      and id <> all(${ownIds}::uuid[])
    returning id, contact_id, kind`.execute(tx);
  for (const row of rows) {
    if (row.kind === "read_receipt") {
      await sql`delete from whatsapp_outbox where workspace_id = ${workspaceId} and id = ${row.id}`.execute(
        tx,
      );
      continue;
    }
    await onSettled(tx, {
      workspaceId,
      id: row.id,
      contactId: row.contact_id,
      state: "in_doubt",
      at: now,
      failure: { code: null, reason: "restarted" },
      alarm: false,
    });
  }
  return rows.length;
}

export interface OrphanInput {
  readonly workspaceId: WorkspaceId;
  readonly numberId: string;
  readonly ownIds: readonly string[];
  readonly now: Date;
}
