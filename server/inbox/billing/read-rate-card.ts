import { countryNamed } from "./country-named.ts";
import type { Rates } from "./rate-card.ts";
import { type CsvLine, readCsv } from "./read-csv.ts";

/** Meta's words for what a message costs by (meta/facts.md, statuses). */
export const CATEGORIES = [
  "authentication",
  "authentication-international",
  "marketing",
  "marketing_lite",
  "referral_conversion",
  "service",
  "utility",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Why a line, or a price of it, is left out. */
export type CardFault = "columns" | "country" | "category" | "price" | "currency" | "double";

export interface CardProblem {
  /** As an editor counts them, from 1. */
  readonly line: number;
  readonly fault: CardFault;
  /** What stands there. */
  readonly text: string;
}

export interface CardReport {
  readonly rates: Rates;
  readonly countries: number;
  readonly prices: number;
  readonly problems: readonly CardProblem[];
}

/** The dearest that a message may be, in units. Ours: more is a slip of the point. */
const DEAREST = 1_000;

/**
 * Reads a rate card in one of two forms, and says of each line that it leaves out why: a column for each of country,
 * category and price; or one for the country (or "market"), and one for each category, as Meta's own lists have it.
 */
export function readRateCard(text: string, currency: string): CardReport {
  const [head, ...lines] = readCsv(text);
  const names = (head?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  const columns = findColumns(names);
  const reader = new CardReader();
  if (head === undefined || columns === undefined) {
    reader.problem(head?.line ?? 1, "columns", names.join(", "));
    return reader.report();
  }
  for (const line of lines) readLine(reader, columns, line, currency);
  return reader.report();
}

function readLine(reader: CardReader, columns: Columns, { line, cells }: CsvLine, currency: string): void {
  const at = (index: number | undefined) => (index === undefined ? "" : (cells[index] ?? "").trim());
  const given = at(columns.currency);
  if (given !== "" && given.toUpperCase() !== currency) return void reader.problem(line, "currency", given);
  const country = countryNamed(at(columns.country));
  if (country === undefined) return void reader.problem(line, "country", at(columns.country));
  for (const { category, column } of columns.prices) {
    const meant = category ?? categoryNamed(at(columns.category));
    if (meant === undefined) reader.problem(line, "category", at(columns.category));
    else reader.price(line, { country, category: meant, text: at(column) });
  }
}

interface Columns {
  readonly country: number;
  readonly currency: number | undefined;
  readonly category: number | undefined;
  /** Category undefined: the line says it. */
  readonly prices: ReadonlyArray<{ readonly category: Category | undefined; readonly column: number }>;
}

function findColumns(names: readonly string[]): Columns | undefined {
  const find = (...wanted: string[]) => {
    const index = names.findIndex((name) => wanted.includes(name));
    return index === -1 ? undefined : index;
  };
  const country = find("country", "market", "region");
  if (country === undefined) return undefined;
  const [currency, category, price] = [find("currency"), find("category"), find("price", "rate")];
  const own = names.flatMap((name, column) => {
    const named = categoryNamed(name);
    return named === undefined ? [] : [{ category: named, column }];
  });
  if (category !== undefined && price !== undefined)
    return { country, currency, category, prices: [{ category: undefined, column: price }] };
  return own.length === 0 ? undefined : { country, currency, category: undefined, prices: own };
}

function categoryNamed(text: string): Category | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_-]+/g, " ");
  return CATEGORIES.find((category) => plain(category) === plain(text.trim()));
}

/** Prices that lists leave out, in the words they do it with. */
const NO_PRICE = /^(n\/?a|-|–|none)?$/i;

class CardReader {
  readonly #rates: Record<string, Record<string, number>> = {};
  readonly #problems: CardProblem[] = [];
  #prices = 0;

  problem(line: number, fault: CardFault, text: string): void {
    this.#problems.push({ line, fault, text: text.slice(0, 60) });
  }

  price(line: number, given: { country: string; category: Category; text: string }): void {
    const { country, category, text } = given;
    if (NO_PRICE.test(text)) return;
    const digits = /^[^\d.,-]{0,4}\s?(\d{1,6})(?:[.,](\d{1,6}))?$/.exec(text);
    const millionths =
      digits === null ? Number.NaN : Number(digits[1]) * 1e6 + Number((digits[2] ?? "").padEnd(6, "0"));
    const ofCountry = this.#rates[country] ?? {};
    if (Number.isNaN(millionths) || millionths > DEAREST * 1e6) this.problem(line, "price", text);
    else if (ofCountry[category] !== undefined) this.problem(line, "double", `${country} ${category}`);
    else {
      this.#rates[country] = { ...ofCountry, [category]: millionths };
      this.#prices += 1;
    }
  }

  report(): CardReport {
    return {
      rates: this.#rates,
      countries: Object.keys(this.#rates).length,
      prices: this.#prices,
      problems: this.#problems,
    };
  }
}
