import { createHmac, randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Tx } from "../platform/database.ts";
import { newId, type WorkspaceId } from "../platform/ids.ts";
import type { Secret } from "../platform/secret.ts";
import { type AuditEvent, encodeEvent, leafHash } from "./event.ts";
import type { AuditTables } from "./tables.ts";

export interface AuditLog {
  /**
   * Writes entries inside the caller's transaction, which must be scoped to `workspaceId`: an act and its record
   * commit together or not at all. Takes no lock; the sequencer puts the pending rows in order later.
   */
  append(tx: Tx<AuditTables>, workspaceId: WorkspaceId, events: readonly AuditEvent[]): Promise<void>;
}

export interface AuditLogOptions {
  /** This process. Its counter starts anew with it, so the id must be new as well. */
  readonly writer: string;
  /** The key of pending rows' MACs: a person who writes the database cannot make one. */
  readonly keyOf: (workspaceId: WorkspaceId) => Promise<Secret<Buffer>>;
}

/** A log for one process; see architecture.md, "The audit log". */
export function openAuditLog({ writer, keyOf }: AuditLogOptions): AuditLog {
  const counters = new Map<WorkspaceId, bigint>();

  return {
    async append(tx, workspaceId, events) {
      if (events.length === 0) return;
      const key = await keyOf(workspaceId);
      const rows = events.map((event) => {
        const counter = (counters.get(workspaceId) ?? 0n) + 1n;
        counters.set(workspaceId, counter);
        return sealRow({ writer, counter, workspaceId, event, key });
      });
      await insertRows(tx, workspaceId, writer, rows);
    },
  };
}

interface Row {
  readonly id: string;
  readonly day: string;
  readonly event: AuditEvent;
  readonly bytes: Buffer;
  readonly salt: Buffer;
  readonly counter: bigint;
  readonly leaf: Buffer;
  readonly mac: Buffer;
}

interface RowInput {
  readonly writer: string;
  readonly counter: bigint;
  readonly workspaceId: WorkspaceId;
  readonly event: AuditEvent;
  readonly key: Secret<Buffer>;
}

function sealRow({ writer, counter, workspaceId, event, key }: RowInput): Row {
  const id = newId<string>();
  const bytes = encodeEvent(workspaceId, id, event);
  const salt = randomBytes(16);
  const leaf = leafHash(salt, bytes);
  const mac = pendingMac(key, { workspaceId, writer, counter, leaf });
  return { id, day: event.occurredAt.toISOString().slice(0, 10), event, bytes, salt, counter, leaf, mac };
}

/** What a pending row's MAC covers: HMAC-SHA256 over workspace, writer, counter (64 bit) and leaf, all of fixed length. */
export function pendingMac(
  key: Secret<Buffer>,
  row: { workspaceId: WorkspaceId; writer: string; counter: bigint; leaf: Buffer },
): Buffer {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(row.counter);
  return createHmac("sha256", key.reveal())
    .update("wardroom/audit-pending/v1")
    .update(row.workspaceId)
    .update(row.writer)
    .update(counter)
    .update(row.leaf)
    .digest();
}

/** Both tables in one statement, over arrays: one round trip whatever the number of entries. */
async function insertRows(
  tx: Tx<AuditTables>,
  workspaceId: WorkspaceId,
  writer: string,
  rows: readonly Row[],
): Promise<void> {
  await sql`
    with entry as (
      insert into audit_event (workspace_id, day, id, occurred_at, kind, actor, subject, contact_id, outcome, bytes, salt)
      select ${workspaceId}, * from unnest(
        ${rows.map((row) => row.day)}::date[], ${rows.map((row) => row.id)}::uuid[],
        ${rows.map((row) => row.event.occurredAt)}::timestamptz[], ${rows.map((row) => row.event.kind)}::text[],
        ${rows.map((row) => row.event.actor)}::text[], ${rows.map((row) => row.event.subject)}::text[],
        ${rows.map((row) => row.event.contactId ?? null)}::uuid[], ${rows.map((row) => row.event.outcome)}::text[],
        ${rows.map((row) => row.bytes)}::bytea[], ${rows.map((row) => row.salt)}::bytea[])
    )
    insert into audit_pending (workspace_id, writer, counter, event_day, event_id, leaf_hash, mac)
    select ${workspaceId}, ${writer}, * from unnest(
      ${rows.map((row) => row.counter)}::bigint[], ${rows.map((row) => row.day)}::date[],
      ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.leaf)}::bytea[], ${rows.map((row) => row.mac)}::bytea[])
  `.execute(tx);
}
