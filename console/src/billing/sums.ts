import type { Billing, Usage } from "../../../contract/billing.ts";
import { daysOf, type Period } from "./periods.ts";

export interface DaySum {
  readonly day: string;
  readonly total: number;
  /** By category. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Every day of the period, those without messages too. */
export function sumByDay(usages: readonly Usage[], period: Period): DaySum[] {
  const sums = new Map<string, Record<string, number>>();
  for (const { day, category, messages } of usages) {
    const parts = sums.get(day) ?? {};
    parts[category] = (parts[category] ?? 0) + messages;
    sums.set(day, parts);
  }
  return daysOf(period).map((day) => {
    const parts = sums.get(day) ?? {};
    return { day, parts, total: Object.values(parts).reduce((sum, count) => sum + count, 0) };
  });
}

export interface CountrySum {
  readonly key: string;
  readonly country: string;
  readonly category: string;
  readonly messages: number;
  /** Millionths per currency. */
  readonly amounts: Readonly<Record<string, number>>;
  readonly unpriced: number;
}

/** The most messages first. */
export function sumByCountry(usages: readonly Usage[], estimates: Billing["estimates"]): CountrySum[] {
  const sums = new Map<string, CountrySum>();
  for (const [index, { country, category, messages }] of usages.entries()) {
    const key = `${country} ${category}`;
    const sum = sums.get(key) ?? { key, country, category, messages: 0, amounts: {}, unpriced: 0 };
    const cost = estimates[index] ?? null;
    const amounts =
      cost === null
        ? sum.amounts
        : { ...sum.amounts, [cost.currency]: (sum.amounts[cost.currency] ?? 0) + cost.millionths };
    const unpriced = sum.unpriced + (cost === null ? messages : 0);
    sums.set(key, { ...sum, amounts, unpriced, messages: sum.messages + messages });
  }
  return [...sums.values()].sort((one, other) => other.messages - one.messages);
}
