import { Refusal } from "../../platform/refusal.ts";
import { type Act, record } from "../room.ts";
import {
  type Budget,
  deleteBudget,
  deleteRateCard,
  findBudget,
  listRateCards,
  putBudget,
  putRateCard,
  type StoredCard,
} from "./billing-store.ts";
import { cardFor, type Estimate, estimate, priceOf } from "./rate-card.ts";
import { csvLine } from "./read-csv.ts";
import { type CardReport, readRateCard } from "./read-rate-card.ts";
import { type Day, dayOf, monthOf, readUsage, type Usage } from "./read-usage.ts";

/** Days that one look covers at the most. Ours: a year and a leap day. */
const MAX_DAYS = 366;

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Period {
  readonly from: Day;
  readonly to: Day;
}

export interface Billing {
  readonly usages: readonly Usage[];
  readonly estimate: Estimate;
  readonly cards: readonly StoredCard[];
  readonly budget: (Budget & { readonly spentMillionths: number }) | null;
}

/** What Meta charges for in a period, what it comes to by the Owner's own rate cards, and how the month stands. */
export async function readBilling(act: Act, period: Period): Promise<Billing> {
  requirePeriod(period);
  const { tx, actor, now } = act;
  const cards = await listRateCards(tx, actor.workspaceId);
  const usages = await readUsage(tx, actor.workspaceId, period);
  const budget = await findBudget(tx, actor.workspaceId);
  const today = dayOf(now);
  const month =
    budget === undefined ? [] : await readUsage(tx, actor.workspaceId, { from: monthOf(today), to: today });
  return {
    ...{ usages, cards, estimate: estimate(cards, usages) },
    budget:
      budget === undefined
        ? null
        : { ...budget, spentMillionths: estimate(cards, month).amounts[budget.currency] ?? 0 },
  };
}

/** What a file would be as a rate card; stores nothing. */
export function checkRateCard(csv: string, currency: string): CardReport {
  return readRateCard(csv, currency);
}

export async function storeRateCard(
  act: Act,
  given: { readonly csv: string; readonly currency: string; readonly validFrom: Day },
): Promise<CardReport> {
  const report = readRateCard(given.csv, given.currency);
  if (report.prices === 0) throw new Refusal("invalid", "billing.rate_card_empty");
  const { tx, actor, now } = act;
  const { currency, validFrom } = given;
  const id = await putRateCard(tx, actor.workspaceId, {
    ...{ currency, validFrom, rates: report.rates, uploadedAt: now, uploadedBy: actor.memberId },
  });
  await record(act, {
    kind: "billing.rate_card_stored",
    subject: `rate_card:${id}`,
    detail: { currency, validFrom, prices: report.prices, leftOut: report.problems.length },
  });
  return report;
}

export async function removeRateCard(act: Act, id: string): Promise<void> {
  if (!(await deleteRateCard(act.tx, act.actor.workspaceId, id)))
    throw new Refusal("not_found", "billing.no_rate_card");
  await record(act, { kind: "billing.rate_card_removed", subject: `rate_card:${id}` });
}

/** Null takes the budget away. */
export async function changeBudget(
  act: Act,
  budget: Pick<Budget, "amountMillionths" | "currency" | "thresholdPercent"> | null,
): Promise<void> {
  const { tx, actor, now } = act;
  if (budget === null) await deleteBudget(tx, actor.workspaceId);
  else await putBudget(tx, actor.workspaceId, { ...budget, changedAt: now, changedBy: actor.memberId });
  await record(act, {
    kind: "billing.budget_changed",
    subject: `workspace:${actor.workspaceId}`,
    detail: budget === null ? {} : { percent: budget.thresholdPercent },
  });
}

/** A period as CSV, each line with its estimate; leaving the house is on record. */
export async function exportUsage(act: Act, period: Period): Promise<string> {
  const { usages, cards } = await readBilling(act, period);
  const lines = usages.map(({ day, numberId, category, country, messages }) => {
    const card = cardFor(cards, day);
    const price = card === undefined ? undefined : priceOf(card, country, category);
    const cost = price === undefined ? "" : ((price * messages) / 1e6).toFixed(6);
    return csvLine([
      day,
      numberId,
      category,
      country,
      messages,
      cost,
      price === undefined ? "" : (card?.currency ?? ""),
    ]);
  });
  const head = csvLine(["day", "number", "category", "country", "messages", "estimate", "currency"]);
  await record(act, {
    kind: "billing.exported",
    subject: `workspace:${act.actor.workspaceId}`,
    detail: { from: period.from, to: period.to, lines: lines.length },
  });
  return `${[head, ...lines].join("\r\n")}\r\n`;
}

function requirePeriod({ from, to }: Period): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (!(days >= 0 && days < MAX_DAYS)) throw new Refusal("invalid", "billing.period");
}
