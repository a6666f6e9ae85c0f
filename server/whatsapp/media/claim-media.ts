import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { WhatsappTables } from "../tables.ts";
import { decideRetry, type MediaFaultCode } from "./media-fault.ts";

/** A file that one fetcher has for the time of a lease. */
export interface ClaimedMedia {
  readonly id: string;
  readonly numberId: string;
  readonly subjectId: string;
  readonly referenceSealed: Buffer;
  readonly mimeType: string;
  readonly createdAt: Date;
  /** This attempt's number, from 1. Whoever settles the row proves by it that nobody has taken it over. */
  readonly attempts: number;
}

/** How long a fetcher may take before another one takes the row over, in ms. Above the deadlines of one fetch. */
const LEASE_MS = 10 * 60 * 1000;

/**
 * Takes what is due (what was never tried is, and so is a lease that ends later than any lease can: the clock was set
 * back), longest due first, and counts the attempt before it is made: a file that takes its process down
 * each time comes to an end, too. Commit before fetching.
 */
export async function claimMedia(
  tx: Tx<WhatsappTables>,
  {
    workspaceId,
    now,
    limit,
  }: { readonly workspaceId: WorkspaceId; readonly now: Date; readonly limit: number },
): Promise<ClaimedMedia[]> {
  const lease = new Date(now.getTime() + LEASE_MS);
  const { rows } = await sql<ClaimedMedia>`
    with due as materialized (
      select id from whatsapp_media
      where workspace_id = ${workspaceId} and direction = 'in' and state in ('waiting', 'fetching')
        and (due_at <= ${now} or attempts = 0 or (state = 'fetching' and due_at > ${lease}))
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update whatsapp_media m set state = 'fetching', attempts = m.attempts + 1, due_at = ${lease}
    from due where m.workspace_id = ${workspaceId} and m.id = due.id
    returning m.id, m.number_id as "numberId", m.subject_id as "subjectId",
      m.reference_sealed as "referenceSealed", m.mime_type as "mimeType", m.created_at as "createdAt", m.attempts
  `.execute(tx);
  return rows;
}

/** Whether the row was still this attempt's. */
export async function markReady(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  { id, attempts }: ClaimedMedia,
  file: { readonly size: number; readonly mimeType: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("whatsapp_media")
    .set({ state: "ready", byte_size: String(file.size), mime_type: file.mimeType, failure: null })
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", id)
    .where("state", "=", "fetching")
    .where("attempts", "=", attempts)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Puts the row back to be tried later, or ends it when its code has been tried often enough. */
export async function markFault(
  tx: Tx<WhatsappTables>,
  workspaceId: WorkspaceId,
  { id, attempts }: ClaimedMedia,
  { code, now }: { readonly code: MediaFaultCode; readonly now: Date },
): Promise<void> {
  const waitMs = decideRetry(code, attempts);
  await tx
    .updateTable("whatsapp_media")
    .set({
      state: waitMs === null ? "failed" : "waiting",
      failure: code,
      due_at: new Date(now.getTime() + (waitMs ?? 0)),
    })
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", id)
    .where("state", "=", "fetching")
    .where("attempts", "=", attempts)
    .execute();
}
