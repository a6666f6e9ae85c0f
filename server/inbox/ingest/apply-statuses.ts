import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { VaultTables } from "../../vault/tables.ts";
import type { KeySubject, WorkspaceVault } from "../../vault/vault.ts";
import { billedColumns, countNewlyBilled, isBilled } from "../billing/count-billed.ts";
import { failurePlace, type MessageKey, wamidPlace } from "../stored-body.ts";
import type { InboxTables } from "../tables.ts";
import type { FoldedStatus, StatusChange } from "./fold-statuses.ts";
import { hashKey, markStatuses } from "./mark-statuses.ts";
import { applyWaiting, keepWaiting } from "./waiting-statuses.ts";

export interface AppliedStatuses {
  /** Messages that changed, for the sockets that show them. */
  readonly changed: readonly StatusChange[];
  /** Ids of ours whose fate was open and is now known to Meta. */
  readonly settled: readonly string[];
  /** How many are of messages we do not know; they wait. */
  readonly waiting: number;
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
  // Nearly all are of messages whose wamid we know, and say no more than when. The others need keys, and more steps.
  const marked = await markStatuses(tx, vault.workspaceId, statuses.filter(isPlain));
  const rest = statuses.filter((status) => !marked.known.has(hashKey(status.wamidHash)));
  const others = rest.length === 0 ? NOTHING : await applyOthers(tx, vault, now, rest);
  return { ...others, changed: [...marked.changed, ...others.changed] };
}

const NOTHING: AppliedStatuses = { changed: [], settled: [], waiting: 0 };

function isPlain({ failure }: FoldedStatus): boolean {
  return failure === null;
}

async function applyOthers(
  tx: Tx<InboxTables>,
  vault: WorkspaceVault,
  now: Date,
  statuses: readonly FoldedStatus[],
): Promise<AppliedStatuses> {
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
  const ids = known.map(({ match }) => match.id);
  await sql`
    with before as (
      select m.id, ${isBilled("m")} as billed from inbox_message m
      where m.workspace_id = ${vault.workspaceId} and m.id = any(${ids}::uuid[])
    ), written as (
    update inbox_message m
    set sent_at = coalesce(m.sent_at, s.sent_at),
        delivered_at = coalesce(m.delivered_at, s.delivered_at),
        read_at = coalesce(m.read_at, s.read_at),
        played_at = coalesce(m.played_at, s.played_at),
        failed_at = coalesce(m.failed_at, s.failed_at),
        failure_code = coalesce(m.failure_code, s.failure_code),
        failure_sealed = coalesce(m.failure_sealed, s.failure_sealed),
        pricing = case when ${isBilled("m")} then m.pricing else coalesce(s.pricing::jsonb, m.pricing) end,
        wamid_hash = coalesce(m.wamid_hash, s.wamid_hash),
        wamid_sealed = coalesce(m.wamid_sealed, s.wamid_sealed)
    from unnest(
      ${ids}::uuid[], ${time("sent")}::timestamptz[], ${time("delivered")}::timestamptz[],
      ${time("read")}::timestamptz[], ${time("played")}::timestamptz[], ${time("failed")}::timestamptz[],
      ${known.map(({ status }) => status.failure?.code ?? null)}::int[], ${sealed.map((s) => s.failure)}::bytea[],
      ${known.map(({ status }) => (status.pricing === null ? null : JSON.stringify(status.pricing)))}::text[],
      ${known.map(({ status }) => status.wamidHash)}::bytea[], ${sealed.map((s) => s.wamid)}::bytea[]
    ) as s (id, sent_at, delivered_at, read_at, played_at, failed_at, failure_code, failure_sealed, pricing, wamid_hash, wamid_sealed)
    where m.workspace_id = ${vault.workspaceId} and m.id = s.id
    returning ${billedColumns()}
    )
    ${countNewlyBilled(vault.workspaceId)}
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
