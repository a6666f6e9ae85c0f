import type { Day, Usage } from "./read-usage.ts";

/** Price per message in millionths of the currency's unit, by country ("*" for all others) and Meta's category. */
export type Rates = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** All other countries. */
export const ANYWHERE = "*";

export interface RateCard {
  readonly id: string;
  readonly currency: string;
  readonly validFrom: Day;
  readonly rates: Rates;
}

/** What some messages cost by the cards: an estimate, since Meta's volume tiers are not in them. */
export interface Estimate {
  /** Millionths per currency. */
  readonly amounts: Readonly<Record<string, number>>;
  /** Messages that no card has a price for. */
  readonly unpriced: number;
}

/** The card that holds on a day: the latest that is valid by then. */
export function cardFor(cards: readonly RateCard[], day: Day): RateCard | undefined {
  return cards
    .filter(({ validFrom }) => validFrom <= day)
    .sort((one, other) => (one.validFrom < other.validFrom ? 1 : -1))[0];
}

/** A message's price on a card, in millionths: the country's own, else the one for all others. */
export function priceOf({ rates }: RateCard, country: string, category: string): number | undefined {
  return own(own(rates, country), category) ?? own(own(rates, ANYWHERE), category);
}

/** Not what every object has: categories are Meta's words. */
function own<Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

export function estimate(cards: readonly RateCard[], usages: readonly Usage[]): Estimate {
  const amounts: Record<string, number> = {};
  let unpriced = 0;
  for (const { day, country, category, messages } of usages) {
    const card = cardFor(cards, day);
    const price = card === undefined ? undefined : priceOf(card, country, category);
    if (card === undefined || price === undefined) unpriced += messages;
    else amounts[card.currency] = (amounts[card.currency] ?? 0) + price * messages;
  }
  return { amounts, unpriced };
}
