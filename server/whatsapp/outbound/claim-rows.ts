import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { OpeningKeys, WorkspaceVault } from "../../vault/vault.ts";
import { DOUBT_HOLDS_MS, type OutboxTables, payloadPlace } from "./outbox.ts";
import { mediaOf, type SendPayload, sendPayload } from "./send-payload.ts";

/** A row on its way out. */
export interface OpenRow {
  readonly id: string;
  readonly contactId: string;
  readonly kind: "message" | "read_receipt";
  /** Attempts begun, this one included once it has begun. Settling names it: an older attempt settles nothing. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly payload: SendPayload;
}

export interface Claimed {
  /** Marked as `sending`: to be posted as soon as this has committed. */
  readonly begun: readonly OpenRow[];
  /** Still `queued`: Meta must get their files first. */
  readonly toPrepare: readonly OpenRow[];
  /** Cannot be opened: never to be sent. */
  readonly unreadable: readonly Omit<OpenRow, "payload">[];
}

interface Row {
  id: string;
  contact_id: string;
  kind: "message" | "read_receipt";
  attempts: number;
  created_at: Date;
  payload_sealed: Buffer;
}

/**
 * How far ahead a row can be due, in ms; above the longest backoff for one person (pace.ts). What seems to be due
 * later was written by a clock that has been set back since, or by another machine's that is ahead: it may go, and the
 * number's own pace still holds.
 */
const LONGEST_WAIT_MS = 20 * 60 * 1000;

/**
 * A row may go when it is due and the oldest of its contact that is open. One in doubt is open for a minute. Asked row
 * by row, in the order of the queue, so that a claim reads as many rows as it takes and not the whole queue. One that was
 * never tried is due whatever any clock says.
 */
function claimable(workspaceId: WorkspaceId, now: Date) {
  const heldSince = new Date(now.getTime() - DOUBT_HOLDS_MS);
  const heldUntil = new Date(now.getTime() + DOUBT_HOLDS_MS);
  const tooFar = new Date(now.getTime() + LONGEST_WAIT_MS);
  return sql`
    o.workspace_id = ${workspaceId} and o.settled_at is null and o.state = 'queued'
    and (o.due_at <= ${now} or o.due_at > ${tooFar} or (o.attempts = 0 and o.failure_reason is null))
    and o.sequence = (
      select e.sequence from whatsapp_outbox e
      where e.workspace_id = o.workspace_id and e.contact_id = o.contact_id and e.number_id = o.number_id
        and e.settled_at is null
        and (e.state <> 'in_doubt' or (e.attempted_at > ${heldSince} and e.attempted_at < ${heldUntil}))
      order by e.sequence limit 1)`;
}

export interface BusyInput {
  /** Numbers that need no looking after: they are worked on here, and look by themselves. */
  readonly except: readonly string[];
  readonly now: Date;
}

/** Numbers of the workspace that have something to do: a row that may go, or one that a dead sender left behind. */
export async function listBusyNumbers(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  { except, now }: BusyInput,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select n.id from whatsapp_number n
    where n.workspace_id = ${workspaceId} and n.id <> all(${except}::uuid[]) and (
      exists (
        select from whatsapp_outbox o
        where o.workspace_id = n.workspace_id and o.number_id = n.id
          and o.settled_at is null and o.state = 'sending')
      or exists (
        select from whatsapp_outbox o where o.number_id = n.id and ${claimable(workspaceId, now)}))`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

export interface ClaimInput {
  readonly numberId: string;
  readonly heldContacts: readonly string[];
  readonly limit: number;
  readonly now: Date;
}

/**
 * Takes up to `limit` rows, the oldest of each contact, and commits the attempt before anything leaves: rows that need
 * no file become `sending`. The caller holds the number's lease in `tx`.
 */
export async function claimRows(
  tx: Tx<OutboxTables>,
  vault: WorkspaceVault,
  input: ClaimInput,
): Promise<Claimed> {
  const { rows } = await sql<Row>`
    select o.id, o.contact_id, o.kind, o.attempts, o.created_at, o.payload_sealed
    from whatsapp_outbox o
    where ${claimable(vault.workspaceId, input.now)}
      and o.number_id = ${input.numberId} and o.contact_id <> all(${input.heldContacts}::uuid[])
    order by o.sequence limit ${input.limit}
    for update skip locked`.execute(tx);
  const keys = await vault.keysOf(
    narrow(tx),
    rows.map((row) => row.payload_sealed),
  );
  const opened = rows.map((row) => ({ head: headOf(row), payload: readPayload(keys, row) }));
  const readable = opened.flatMap(({ head, payload }) =>
    payload === undefined ? [] : [{ ...head, payload }],
  );
  const needsFile = (row: OpenRow) => mediaOf(row.payload).length > 0;
  const ready = readable.filter((row) => !needsFile(row));
  return {
    begun: await beginAttempts(tx, vault.workspaceId, ready, input.now),
    toPrepare: readable.filter(needsFile),
    unreadable: opened.filter(({ payload }) => payload === undefined).map(({ head }) => head),
  };
}

/** Undefined when the keys are gone or the row is not what was put there: one such row must not hold up a number. */
function readPayload(keys: OpeningKeys, row: Row): SendPayload | undefined {
  try {
    return sendPayload.parse(JSON.parse(keys.openText(payloadPlace(row.id), row.payload_sealed)));
  } catch {
    return undefined;
  }
}

function headOf(row: Row): Omit<OpenRow, "payload"> {
  return {
    id: row.id,
    contactId: row.contact_id,
    kind: row.kind,
    attempts: row.attempts,
    createdAt: row.created_at,
  };
}

/** The attempt of rows that are locked or ours alone. Rows that are no longer queued are left out. */
export async function beginAttempts(
  tx: Tx<OutboxTables>,
  workspaceId: WorkspaceId,
  rows: readonly OpenRow[],
  now: Date,
): Promise<OpenRow[]> {
  if (rows.length === 0) return [];
  const { rows: begun } = await sql<{ id: string; attempts: number }>`
    update whatsapp_outbox set state = 'sending', attempts = attempts + 1, attempted_at = ${now}
    where workspace_id = ${workspaceId} and id = any(${rows.map(({ id }) => id)}::uuid[]) and state = 'queued'
    returning id, attempts`.execute(tx);
  const attempts = new Map(begun.map((row) => [row.id, row.attempts]));
  return rows.flatMap((row) => {
    const attempt = attempts.get(row.id);
    return attempt === undefined ? [] : [{ ...row, attempts: attempt }];
  });
}
