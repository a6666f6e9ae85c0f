import type { Kysely } from "kysely";
import { sql } from "kysely";
import { inWorkspace } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { InboxTables } from "../tables.ts";

/** Rows folded at once. Ours: some milliseconds, so that no transaction of the way in waits for it. */
export const FOLD_BATCH = 5_000;

/**
 * Folds what the way in has counted into one row for each day, number, category and country; returns how many rows
 * it took. Two processes take different ones, and a kill takes none: the sum of both tables is always the same.
 */
export async function foldBilled(db: Kysely<InboxTables>, workspaceId: WorkspaceId): Promise<number> {
  return inWorkspace(db, workspaceId, async (tx) => {
    const { rows } = await sql<{ taken: number }>`
      with due as (
        select id from inbox_billed where workspace_id = ${workspaceId}
        order by id limit ${FOLD_BATCH} for update skip locked
      ), taken as (
        delete from inbox_billed b using due where b.workspace_id = ${workspaceId} and b.id = due.id
        returning b.day, b.number_id, b.category, b.country, b.messages
      ), folded as (
        insert into inbox_billable_count as c (workspace_id, day, number_id, category, country, messages)
        select ${workspaceId}, day, number_id, category, country, sum(messages) from taken
        group by day, number_id, category, country
        order by day, number_id, category, country
        on conflict (workspace_id, day, number_id, category, country)
          do update set messages = c.messages + excluded.messages
      )
      select count(*)::int as taken from taken`.execute(tx);
    return rows[0]?.taken ?? 0;
  });
}
