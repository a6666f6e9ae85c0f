import { sql } from "kysely";
import type { Tx } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { InboxTables } from "../tables.ts";

/** A UTC day, "2026-11-23". */
export type Day = string;

/** Billable messages of one day, number, category and country. */
export interface Usage {
  readonly day: Day;
  readonly numberId: string;
  readonly category: string;
  readonly country: string;
  readonly messages: number;
}

/** Both days included. `tx` must be scoped to the workspace. Counts what is folded and what is not yet. */
export async function readUsage(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  { from, to }: { readonly from: Day; readonly to: Day },
): Promise<Usage[]> {
  const { rows } = await sql<Omit<Usage, "messages"> & { messages: string }>`
    select to_char(day, 'YYYY-MM-DD') as day, number_id as "numberId", category, country,
      sum(messages)::text as messages
    from (
      select day, number_id, category, country, messages from inbox_billable_count
      where workspace_id = ${workspaceId} and day between ${from}::date and ${to}::date
      union all
      select day, number_id, category, country, messages from inbox_billed
      where workspace_id = ${workspaceId} and day between ${from}::date and ${to}::date
    ) counted
    group by day, number_id, category, country
    order by day, number_id, category, country`.execute(tx);
  return rows.map((row) => ({ ...row, messages: Number(row.messages) }));
}

/** The UTC day of a moment. */
export function dayOf(at: Date): Day {
  return at.toISOString().slice(0, 10);
}

/** The first day of a day's month. */
export function monthOf(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}
