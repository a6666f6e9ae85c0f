import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { isId, type WorkspaceId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, WorkspaceVault } from "../../vault/vault.ts";
import type { StatusUpdate } from "../../whatsapp/inbound/update.ts";
import { failurePlace, type MessageKey, wamidPlace } from "../stored-body.ts";
import type { InboxTables } from "../tables.ts";

/** Every status of one message in a batch, folded: the earliest time of each. */
export interface FoldedStatus {
  readonly wamid: string;
  readonly wamidHash: Buffer;
  /** Our message id, where the status carried one back. */
  readonly messageId: string | null;
  readonly times: { readonly [Status in "sent" | "delivered" | "read" | "played" | "failed"]?: Date };
  readonly failure: StatusUpdate["failure"];
  readonly pricing: StatusUpdate["pricing"];
}

export interface AppliedStatuses {
  /** Messages that changed, for the sockets that show them. */
  readonly changed: ReadonlyArray<{ readonly messageId: string; readonly conversationId: string }>;
  /** Ids of ours whose fate was open and is now known to Meta. */
  readonly settled: readonly string[];
  /** How many are of messages we do not know; they wait. */
  readonly waiting: number;
}

export function foldStatuses(vault: WorkspaceVault, updates: readonly StatusUpdate[]): FoldedStatus[] {
  const folded = new Map<string, FoldedStatus>();
  for (const update of updates) {
    const status = update.status;
    if (status === "deleted") continue; // legacy: says only that the customer removed their copy
    const known = folded.get(update.wamid);
    const times = { ...known?.times };
    const earlier = times[status];
    if (earlier === undefined || update.metaAt < earlier) times[status] = update.metaAt;
    folded.set(update.wamid, {
      wamid: update.wamid,
      wamidHash: known?.wamidHash ?? vault.hash("wamid", update.wamid),
      messageId: known?.messageId ?? ourId(update.callbackData),
      times,
      failure: known?.failure ?? update.failure,
      pricing: update.pricing ?? known?.pricing ?? null,
    });
  }
  return [...folded.values()];
}

function ourId(callbackData: string | null): string | null {
  return callbackData !== null && isId(callbackData) ? callbackData : null;
}

/**
 * Brings statuses to their messages. Each column only goes from empty to a time and never back, and what failed
 * stays failed, so that any order of arrival ends in the same row. Statuses of unknown messages wait 8 days.
 */
export async function applyStatuses(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  statuses: readonly FoldedStatus[],
): Promise<AppliedStatuses> {
  if (statuses.length === 0) return { changed: [], settled: [], waiting: 0 };
  const matches = await lockMessages(tx, vault, statuses);
  const paired = statuses.map((status) => ({ status, match: findMatch(matches, status) }));

  const known = paired.flatMap(({ status, match }) => (match === undefined ? [] : [{ status, match }]));
  await updateMessages(tx, vault, now, known);
  // A status that carries our id teaches us the wamid: those that came without it have waited for that.
  const learnt = known.flatMap(({ status, match }) => (match.wamid_hash === null ? [status.wamidHash] : []));
  await applyWaiting(tx, vault, learnt);
  const unknown = paired.flatMap(({ status, match }) => (match === undefined ? [status] : []));
  await keepWaiting(tx, vault, now, unknown);

  return {
    changed: known.map(({ match }) => ({ messageId: match.id, conversationId: match.conversation_id })),
    settled: known.filter(({ match }) => match.wamid_hash === null).map(({ match }) => match.id),
    waiting: unknown.length,
  };
}

interface Match {
  readonly id: string;
  readonly conversation_id: string;
  readonly wamid_hash: Buffer | null;
  readonly contact_id: string;
}

async function lockMessages(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  statuses: readonly FoldedStatus[],
): Promise<Match[]> {
  const { rows } = await sql<Match>`
    select found.id, found.conversation_id, found.wamid_hash, c.contact_id
    from inbox_message found
    join inbox_conversation c on c.workspace_id = found.workspace_id and c.id = found.conversation_id
    where found.workspace_id = ${vault.workspaceId} and found.id in (
      select m.id from inbox_message m where m.workspace_id = ${vault.workspaceId}
        and m.wamid_hash = any(${statuses.map((status) => status.wamidHash)}::bytea[])
      union
      select m.id from inbox_message m where m.workspace_id = ${vault.workspaceId}
        and m.id = any(${statuses.flatMap((status) => status.messageId ?? [])}::uuid[]) and m.wamid_hash is null and m.direction = 'out')
    order by found.id for update of found
  `.execute(tx);
  return rows;
}

function findMatch(matches: readonly Match[], status: FoldedStatus): Match | undefined {
  return (
    matches.find((match) => match.wamid_hash?.equals(status.wamidHash)) ??
    matches.find((match) => match.wamid_hash === null && match.id === status.messageId)
  );
}

async function updateMessages(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  known: ReadonlyArray<{ status: FoldedStatus; match: Match }>,
): Promise<void> {
  if (known.length === 0) return;
  const sealed = await sealFindings(tx, vault, now, known);
  const time = (name: keyof FoldedStatus["times"]) => known.map(({ status }) => status.times[name] ?? null);
  await sql`
    update inbox_message m
    set sent_at = coalesce(m.sent_at, s.sent_at),
        delivered_at = coalesce(m.delivered_at, s.delivered_at),
        read_at = coalesce(m.read_at, s.read_at),
        played_at = coalesce(m.played_at, s.played_at),
        failed_at = coalesce(m.failed_at, s.failed_at),
        failure_code = coalesce(m.failure_code, s.failure_code),
        failure_sealed = coalesce(m.failure_sealed, s.failure_sealed),
        pricing = coalesce(s.pricing::jsonb, m.pricing),
        wamid_hash = coalesce(m.wamid_hash, s.wamid_hash),
        wamid_sealed = coalesce(m.wamid_sealed, s.wamid_sealed)
    from unnest(
      ${known.map(({ match }) => match.id)}::uuid[], ${time("sent")}::timestamptz[], ${time("delivered")}::timestamptz[],
      ${time("read")}::timestamptz[], ${time("played")}::timestamptz[], ${time("failed")}::timestamptz[],
      ${known.map(({ status }) => status.failure?.code ?? null)}::int[], ${sealed.map((s) => s.failure)}::bytea[],
      ${known.map(({ status }) => (status.pricing === null ? null : JSON.stringify(status.pricing)))}::text[],
      ${known.map(({ status }) => status.wamidHash)}::bytea[], ${sealed.map((s) => s.wamid)}::bytea[]
    ) as s (id, sent_at, delivered_at, read_at, played_at, failed_at, failure_code, failure_sealed, pricing, wamid_hash, wamid_sealed)
    where m.workspace_id = ${vault.workspaceId} and m.id = s.id
  `.execute(tx);
}

/** Meta's words about a failure, and wamids learnt from a status, sealed under the contact's key of this month. */
async function sealFindings(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  known: ReadonlyArray<{ status: FoldedStatus; match: Match }>,
): Promise<Array<{ failure: Buffer | null; wamid: Buffer | null }>> {
  const needing = known.filter(({ status, match }) => status.failure !== null || match.wamid_hash === null);
  if (needing.length === 0) return known.map(() => ({ failure: null, wamid: null }));
  const subjectOf = (match: Match): KeySubject => ({
    subjectId: match.contact_id,
    keyClass: "conversation",
    at: now,
  });
  const keys = await vault.keysFor(
    narrow<VaultTables>(tx),
    needing.map(({ match }) => subjectOf(match)),
  );
  return known.map(({ status, match }) => ({
    failure:
      status.failure === null
        ? null
        : keys.seal(subjectOf(match), failurePlace(placeKey(match)), JSON.stringify(status.failure)),
    wamid:
      match.wamid_hash === null
        ? keys.seal(subjectOf(match), wamidPlace(placeKey(match)), status.wamid)
        : null,
  }));
}

function placeKey(match: Match): MessageKey {
  return { id: match.id, conversationId: match.conversation_id };
}

async function keepWaiting(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  statuses: readonly FoldedStatus[],
): Promise<void> {
  const rows = statuses.flatMap((status) =>
    Object.entries(status.times).map(([name, at]) => ({ status, name, at })),
  );
  if (rows.length === 0) return;
  await sql`
    insert into inbox_waiting_status (workspace_id, wamid_hash, status, at, failure_code, pricing, received_at)
    select ${vault.workspaceId}, wamid_hash, status, at, failure_code, pricing::jsonb, ${now}
    from unnest(${rows.map((row) => row.status.wamidHash)}::bytea[], ${rows.map((row) => row.name)}::text[],
      ${rows.map((row) => row.at)}::timestamptz[], ${rows.map((row) => row.status.failure?.code ?? null)}::int[],
      ${rows.map((row) => (row.status.pricing === null ? null : JSON.stringify(row.status.pricing)))}::text[])
      as new (wamid_hash, status, at, failure_code, pricing)
    on conflict (workspace_id, wamid_hash, status) do nothing
  `.execute(tx);
}

/** Messages of ours that Meta turned out to have: their row says so as the outbox does. */
export async function markAccepted(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable("inbox_message")
    .set({ send_state: "accepted" })
    .where("workspace_id", "=", workspaceId)
    .where("id", "in", [...ids])
    .execute();
}

/** What waited for wamids that have just become known, applied to their messages, which are returned. */
export async function applyWaiting(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  wamidHashes: readonly Buffer[],
): Promise<AppliedStatuses["changed"]> {
  if (wamidHashes.length === 0) return [];
  const { rows } = await sql<{ id: string; conversation_id: string }>`
    with waited as (
      delete from inbox_waiting_status
      where workspace_id = ${vault.workspaceId} and wamid_hash = any(${wamidHashes}::bytea[]) returning *
    ), folded as (
      select wamid_hash,
             min(at) filter (where status = 'sent') as sent_at,
             min(at) filter (where status = 'delivered') as delivered_at,
             min(at) filter (where status = 'read') as read_at,
             min(at) filter (where status = 'played') as played_at,
             min(at) filter (where status = 'failed') as failed_at,
             max(failure_code) filter (where status = 'failed') as failure_code,
             (array_agg(pricing order by at desc) filter (where pricing is not null))[1] as pricing
      from waited group by wamid_hash
    )
    update inbox_message m
    set sent_at = coalesce(m.sent_at, f.sent_at),
        delivered_at = coalesce(m.delivered_at, f.delivered_at),
        read_at = coalesce(m.read_at, f.read_at),
        played_at = coalesce(m.played_at, f.played_at),
        failed_at = coalesce(m.failed_at, f.failed_at),
        failure_code = coalesce(m.failure_code, f.failure_code),
        pricing = coalesce(m.pricing, f.pricing)
    from folded f
    where m.workspace_id = ${vault.workspaceId} and m.wamid_hash = f.wamid_hash
    returning m.id, m.conversation_id
  `.execute(tx);
  return rows.map((row) => ({ messageId: row.id, conversationId: row.conversation_id }));
}
