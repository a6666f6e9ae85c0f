import { sql } from "kysely";
import { narrow, type Tx } from "../../platform/database.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import type { InboxTables } from "../tables.ts";
import type { RateCard, Rates } from "./rate-card.ts";
import type { Day } from "./read-usage.ts";

export interface StoredCard extends RateCard {
  readonly uploadedAt: Date;
  readonly uploadedBy: string;
}

export interface Budget {
  /** Of one UTC month, in millionths. */
  readonly amountMillionths: number;
  readonly currency: string;
  readonly thresholdPercent: number;
  /** The month whose alert went out. */
  readonly alertedMonth: Day | null;
}

/** Newest first. `tx` must be scoped to the workspace, here and below. */
export async function listRateCards(tx: Tx<InboxTables>, workspaceId: WorkspaceId): Promise<StoredCard[]> {
  const rows = await tx
    .selectFrom("inbox_rate_card")
    .where("workspace_id", "=", workspaceId)
    .select(["id", "currency", "rates", "uploaded_at", "uploaded_by"])
    .select(sql<Day>`to_char(valid_from, 'YYYY-MM-DD')`.as("valid_from"))
    .orderBy("valid_from", "desc")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    currency: row.currency,
    validFrom: row.valid_from,
    rates: row.rates as Rates,
    uploadedAt: row.uploaded_at,
    uploadedBy: row.uploaded_by,
  }));
}

/** In the place of the card that was valid from the same day, where there is one. */
export async function putRateCard(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  card: Omit<StoredCard, "id">,
): Promise<string> {
  const id = newId<string>();
  const row = {
    id,
    currency: card.currency,
    rates: JSON.stringify(card.rates),
    uploaded_at: card.uploadedAt,
    uploaded_by: card.uploadedBy,
  };
  await tx
    .insertInto("inbox_rate_card")
    .values({ workspace_id: workspaceId, valid_from: card.validFrom, ...row })
    .onConflict((conflict) => conflict.columns(["workspace_id", "valid_from"]).doUpdateSet(row))
    .execute();
  return id;
}

export async function deleteRateCard(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  id: string,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("inbox_rate_card")
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

export async function findBudget(tx: Tx<InboxTables>, workspaceId: WorkspaceId): Promise<Budget | undefined> {
  const row = await tx
    .selectFrom("inbox_budget")
    .where("workspace_id", "=", workspaceId)
    .select(["amount_millionths", "currency", "threshold_percent"])
    .select(sql<Day | null>`to_char(alerted_month, 'YYYY-MM-DD')`.as("alerted_month"))
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : {
        amountMillionths: Number(row.amount_millionths),
        currency: row.currency,
        thresholdPercent: row.threshold_percent,
        alertedMonth: row.alerted_month,
      };
}

/** Another budget has not been alerted of. */
export async function putBudget(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  given: Omit<Budget, "alertedMonth"> & { readonly changedAt: Date; readonly changedBy: string },
): Promise<void> {
  const row = {
    amount_millionths: given.amountMillionths,
    currency: given.currency,
    threshold_percent: given.thresholdPercent,
    alerted_month: null,
    changed_at: given.changedAt,
    changed_by: given.changedBy,
  };
  await tx
    .insertInto("inbox_budget")
    .values({ workspace_id: workspaceId, ...row })
    .onConflict((conflict) => conflict.column("workspace_id").doUpdateSet(row))
    .execute();
}

export async function deleteBudget(tx: Tx<InboxTables>, workspaceId: WorkspaceId): Promise<void> {
  await tx.deleteFrom("inbox_budget").where("workspace_id", "=", workspaceId).execute();
}

/** Claims a month's alert; false when it went out already. The row stays locked until `tx` ends. */
export async function claimAlert(
  tx: Tx<InboxTables>,
  workspaceId: WorkspaceId,
  month: Day,
): Promise<boolean> {
  const { numUpdatedRows } = await narrow<InboxTables>(tx)
    .updateTable("inbox_budget")
    .set({ alerted_month: month })
    .where("workspace_id", "=", workspaceId)
    .where(sql<boolean>`alerted_month is distinct from ${month}::date`)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
