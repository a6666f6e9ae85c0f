import type { AuditTables } from "../../audit/tables.ts";
import { inWorkspace, narrow } from "../../platform/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { InboxRoom } from "../room.ts";
import { claimAlert, findBudget, listRateCards } from "./billing-store.ts";
import { estimate } from "./rate-card.ts";
import { dayOf, monthOf, readUsage } from "./read-usage.ts";

export interface BudgetAlert {
  readonly workspaceId: WorkspaceId;
  readonly month: string;
  readonly percent: number;
  readonly thresholdPercent: number;
}

/**
 * Says once a month that its estimate has reached the Owner's threshold; undefined when there is nothing to say. Safe
 * in two processes at once: the budget's row is claimed in the transaction of the event.
 */
export async function alertBudget(
  { db, audit, clock }: Pick<InboxRoom, "db" | "audit" | "clock">,
  workspaceId: WorkspaceId,
): Promise<BudgetAlert | undefined> {
  const now = clock();
  const today = dayOf(now);
  const month = monthOf(today);
  return inWorkspace(db, workspaceId, async (tx) => {
    const budget = await findBudget(tx, workspaceId);
    if (budget === undefined || budget.alertedMonth === month) return undefined;
    const cards = await listRateCards(tx, workspaceId);
    const usages = await readUsage(tx, workspaceId, { from: month, to: today });
    const spent = estimate(cards, usages).amounts[budget.currency] ?? 0;
    if (spent * 100 < budget.amountMillionths * budget.thresholdPercent) return undefined;
    if (!(await claimAlert(tx, workspaceId, month))) return undefined;
    const percent = Math.floor((spent / budget.amountMillionths) * 100);
    await audit.append(narrow<AuditTables>(tx), workspaceId, [
      {
        occurredAt: now,
        kind: "billing.budget_reached",
        actor: "system:billing",
        subject: `workspace:${workspaceId}`,
        outcome: "success",
        detail: { month, percent, threshold: budget.thresholdPercent },
      },
    ]);
    return { workspaceId, month, percent, thresholdPercent: budget.thresholdPercent };
  });
}
