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
 * Writes what attempts came to, all in a few statements, and tells the inbox in the same transaction. That Meta has a
 * message is true whatever has happened since. Anything else only the attempt that the row is at may say, and only
 * while it is `sending`, or `in_doubt` because somebody took us for dead: what a status or a person has settled since
 * stays. Rows are locked in the order of their ids, as statuses lock them: two writers never wait for each other.
 */
export async function settleAttempts(
  tx: Tx<OutboxTables>,
  onSettled: OnSettled,
  { workspaceId, finished, now }: SettleInput,
): Promise<void> {
  const receipts = finished.filter(({ row }) => row.kind === "read_receipt");
  const messages = finished.filter(({ row }) => row.kind === "message");
  const [, changed] = await Promise.all([
    settleReceipts(tx, workspaceId, receipts),
    settleMessages(tx, workspaceId, messages, now),
  ]);
  const settlements = messages
    .filter(({ row }) => changed.has(row.id))
    .map(({ row, outcome }) => settlementOf(workspaceId, row, outcome, now));
  if (settlements.length > 0) await onSettled(tx, settlements);
}

/** Returns the ids of the rows that it changed. */
async function settleMessages(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  finished: readonly Finished[],
  now: Date,
): Promise<Set<string>> {
  if (finished.length === 0) return new Set();
  const failures = finished.map(({ outcome }) => (outcome.kind === "accepted" ? null : outcome.failure));
  const { rows } = await sql<{ id: string }>`
    with ended as (
      select * from unnest(
        ${finished.map(({ row }) => row.id)}::uuid[], ${finished.map(({ row }) => row.attempts)}::int[],
        ${finished.map(({ begun }) => begun)}::bool[], ${finished.map(({ outcome }) => STATES[outcome.kind])}::text[],
        ${finished.map(({ dueAt }) => dueAt)}::timestamptz[], ${failures.map((failure) => failure?.code ?? null)}::int[],
        ${failures.map((failure) => failure?.reason ?? null)}::text[]
      ) as e (id, attempt, begun, state, due_at, code, reason)
    ), held as (
      select o.id from whatsapp_outbox o join ended e on e.id = o.id
      where o.workspace_id = ${workspaceId} and case
        when e.state = 'accepted' then o.state <> 'accepted'
        when e.begun then o.attempts = e.attempt and o.state in ('sending', 'in_doubt')
        else o.attempts = e.attempt and o.state = 'queued' end
      order by o.id for update of o
    )
    update whatsapp_outbox o
    set state = e.state, due_at = e.due_at, failure_code = e.code, failure_reason = e.reason,
      settled_at = case when e.state in ('accepted', 'failed') then ${now}::timestamptz end,
      payload_sealed = case when e.state = 'accepted' then ''::bytea else o.payload_sealed end
    from ended e join held on held.id = e.id
    where o.workspace_id = ${workspaceId} and o.id = e.id
    returning o.id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** A receipt that did not get through is of no use later, except when it never left. */
async function settleReceipts(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  receipts: readonly Finished[],
): Promise<void> {
  if (receipts.length === 0) return;
  const isAgain = ({ outcome }: Finished) => outcome.kind === "again" || outcome.kind === "stopped";
  const again = receipts.filter(isAgain);
  const over = receipts.filter((one) => !isAgain(one));
  const ids = (some: readonly Finished[]) => some.map(({ row }) => row.id);
  const attempts = (some: readonly Finished[]) => some.map(({ row }) => row.attempts);
  if (again.length > 0)
    await sql`
      update whatsapp_outbox o set state = 'queued', due_at = e.due_at
      from unnest(${ids(again)}::uuid[], ${attempts(again)}::int[], ${again.map(({ dueAt }) => dueAt)}::timestamptz[])
        as e (id, attempt, due_at)
      where o.workspace_id = ${workspaceId} and o.id = e.id and o.attempts = e.attempt`.execute(tx);
  if (over.length > 0)
    await sql`
      delete from whatsapp_outbox o using unnest(${ids(over)}::uuid[], ${attempts(over)}::int[]) as e (id, attempt)
      where o.workspace_id = ${workspaceId} and o.id = e.id and o.attempts = e.attempt`.execute(tx);
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
