import assert from "node:assert/strict";
import { test } from "node:test";
import { cardFor, estimate, type RateCard } from "./rate-card.ts";
import { csvLine, readCsv } from "./read-csv.ts";
import { readRateCard } from "./read-rate-card.ts";

test("a card with a line for each price is read, and so is one with a column for each category", () => {
  const rates = { AE: { marketing: 38_400, utility: 15_700 }, "*": { utility: 7_700 } };
  const long = readRateCard(
    "country,category,price\nAE,Marketing,0.0384\nAE,utility,$0.0157\nOther,UTILITY,0.0077\n",
    "USD",
  );
  const wide = readRateCard(
    "\uFEFFMarket;Currency;Marketing;Utility;Authentication-International\r\n" +
      '"United Arab Emirates";USD;0,0384;0,0157;n/a\r\n\r\n*;usd;;0,0077;-\r\n',
    "USD",
  );
  assert.deepEqual([long.rates, long.countries, long.prices, long.problems], [rates, 2, 3, []]);
  assert.deepEqual([wide.rates, wide.problems], [rates, []]);
});

test("what is not understood is left out and said, line by line", () => {
  const report = readRateCard(
    [
      "country,currency,category,price",
      "AE,USD,marketing,0.0384",
      "AE,USD,marketing,0.05",
      "Atlantis,USD,marketing,0.1",
      "EG,EUR,marketing,0.1",
      "EG,USD,gossip,0.1",
      "EG,USD,utility,cheap",
      "EG,USD,utility,-0.1",
      "EG,USD,utility,1000.01",
      "EG,USD,utility,1000",
    ].join("\n"),
    "USD",
  );
  assert.deepEqual(report.rates, { AE: { marketing: 38_400 }, EG: { utility: 1_000_000_000 } });
  assert.deepEqual(
    report.problems.map(({ line, fault }) => `${line} ${fault}`),
    ["3 double", "4 country", "5 currency", "6 category", "7 price", "8 price", "9 price"],
  );
  for (const text of ["", "a,b,c\n1,2,3", "price\n1"])
    assert.deepEqual(
      readRateCard(text, "USD").problems.map(({ fault }) => fault),
      ["columns"],
      text,
    );
});

test("quotes, separators within them and line breaks are read as they were written", () => {
  assert.deepEqual(readCsv('a,"b,""c""\nd"\ne,f'), [
    { line: 1, cells: ["a", 'b,"c"\nd'] },
    { line: 3, cells: ["e", "f"] },
  ]);
  assert.equal(csvLine(["=1+1", "a,b", 'say "x"', -3]), `'=1+1,"a,b","say ""x""",-3`);
});

const card = (validFrom: string, price: number, currency = "USD"): RateCard => ({
  ...{ id: validFrom, currency, validFrom },
  rates: { AE: { utility: price }, "*": { utility: 1 } },
});
const used = (day: string, country: string, category: string, messages: number) => ({
  ...{ day, country, category, messages, numberId: "n" },
});

test("each day is priced by the card that held on it, and what has no price is counted apart", () => {
  const cards = [card("2026-11-10", 20_000), card("2026-11-01", 10_000), card("2027-01-01", 30_000, "EUR")];
  assert.equal(cardFor(cards, "2026-10-31"), undefined);
  assert.equal(cardFor(cards, "2026-11-09")?.id, "2026-11-01");
  assert.equal(cardFor(cards, "2026-11-10")?.id, "2026-11-10");
  assert.deepEqual(
    estimate(cards, [
      used("2026-10-31", "AE", "utility", 5),
      used("2026-11-09", "AE", "utility", 3),
      used("2026-11-10", "AE", "utility", 2),
      used("2026-11-10", "FR", "utility", 7),
      used("2026-11-10", "FR", "marketing", 11),
      used("2027-01-02", "AE", "utility", 1),
    ]),
    { amounts: { USD: 30_000 + 40_000 + 7, EUR: 30_000 }, unpriced: 16 },
  );
});
