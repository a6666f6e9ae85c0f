import { type RawBuilder, sql } from "kysely";
import type { WorkspaceId } from "../../platform/ids.ts";
import { UNKNOWN_COUNTRY } from "./country-of-phone.ts";

/**
 * Whether Meta charges for the message of a row: it was delivered (Meta charges with delivery, not with the attempt),
 * and its price is of type "regular". `billable` is the older way to say it, for messages without a type
 * (meta/facts.md, statuses).
 */
export function isBilled(row: "m"): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${row}.${name}`);
  return sql<boolean>`(coalesce(${column("delivered_at")}, ${column("read_at")}, ${column("played_at")}) is not null
    and coalesce(${column("pricing")} ->> 'type' = 'regular', ${column("pricing")} ->> 'billable' = 'true', false))`;
}

/** When the message of a row was delivered, as far as we were told. */
function deliveredAt(row: "m"): RawBuilder<Date> {
  const column = (name: string) => sql.ref(`${row}.${name}`);
  return sql<Date>`coalesce(${column("delivered_at")}, ${column("read_at")}, ${column("played_at")})`;
}

/** What a statement that writes messages `m` returns of them for `countNewlyBilled`. */
export function billedColumns(): RawBuilder<unknown> {
  return sql`m.id, m.conversation_id, m.pricing, ${deliveredAt("m")} as reached_at, ${isBilled("m")} as billed`;
}

/**
 * A part of that statement: counts the messages of `written` that Meta charges for now and did not before, as `before`
 * (id, billed) knows them under their row locks. Once a message is billed its price stays, so that it is counted once,
 * whatever comes again and in whatever order. The statement's own transaction makes it all or nothing.
 */
export function countNewlyBilled(workspaceId: WorkspaceId): RawBuilder<unknown> {
  return sql`
    insert into inbox_billed (workspace_id, day, number_id, category, country, messages)
    select ${workspaceId}::uuid, day, number_id, category, country, count(*)
    from (
      select (w.reached_at at time zone 'utc')::date as day,
        (select c.number_id from inbox_conversation c
          where c.workspace_id = ${workspaceId} and c.id = w.conversation_id) as number_id,
        coalesce(w.pricing ->> 'category', 'unknown') as category,
        coalesce(w.pricing ->> 'country', ${UNKNOWN_COUNTRY}) as country
      from written w join before on before.id = w.id
      where w.billed and not before.billed
    ) newly
    group by day, number_id, category, country`;
}
