import { z } from "zod";
import { byId, done, id, instant } from "./basics.ts";
import type { Route } from "./route.ts";

/** A UTC day, as Meta's own figures have it. */
const day = z.iso.date();
const currency = z.string().regex(/^[A-Z]{3}$/);
/** Money in millionths of the currency's unit: a message costs fractions of a cent. */
const millionths = z.number().int().min(0);

export const usage = z.object({
  day,
  numberId: id,
  /** Meta's word: "marketing", "utility" ... */
  category: z.string(),
  /** ISO 3166-1; "ZZ" where it is not known. */
  country: z.string(),
  messages: z.number().int(),
});
export type Usage = z.output<typeof usage>;

export const rateCard = z.object({
  id,
  currency,
  validFrom: day,
  countries: z.number().int(),
  uploadedAt: instant,
  uploadedBy: id,
});
export type RateCard = z.output<typeof rateCard>;

const cardReport = z.object({
  countries: z.number().int(),
  prices: z.number().int(),
  /** Lines or prices that are left out; the first hundred. */
  problems: z.array(
    z.object({
      line: z.number().int(),
      fault: z.enum(["columns", "country", "category", "price", "currency", "double"]),
      text: z.string(),
    }),
  ),
  leftOut: z.number().int(),
});
export type CardReport = z.output<typeof cardReport>;

const amount = z.object({ currency, millionths });

export const billing = z.object({
  usages: z.array(usage),
  /** By the rate cards that were uploaded; never what Meta will charge. */
  estimate: z.object({ amounts: z.array(amount), unpriced: z.number().int() }),
  /** Of single usages, in their order; null where no card has a price. */
  estimates: z.array(amount.nullable()),
  cards: z.array(rateCard),
  budget: z
    .object({
      amountMillionths: millionths,
      currency,
      thresholdPercent: z.number().int(),
      spentMillionths: millionths,
      alerted: z.boolean(),
    })
    .nullable(),
});
export type Billing = z.output<typeof billing>;

const csv = z.string().min(1).max(200_000);
const period = { from: day, to: day };

export const billingRoutes = {
  getBilling: {
    method: "GET",
    path: "/billing",
    summary: "Billable messages by day, category and country, and what they come to by one's own rate cards",
    query: z.object(period),
    ok: billing,
  },
  exportBilling: {
    method: "POST",
    path: "/billing/export",
    summary: "The same as CSV",
    body: z.strictObject(period),
    ok: z.object({ csv: z.string() }),
  },
  checkRateCard: {
    method: "POST",
    path: "/billing/rate-cards/check",
    summary: "What a CSV file would be as a rate card; stores nothing",
    body: z.strictObject({ csv, currency }),
    ok: cardReport,
  },
  storeRateCard: {
    method: "POST",
    path: "/billing/rate-cards",
    summary: "Store a rate card, in the place of one that is valid from the same day",
    body: z.strictObject({ csv, currency, validFrom: day }),
    ok: cardReport,
  },
  removeRateCard: {
    method: "DELETE",
    path: "/billing/rate-cards/:id",
    summary: "Remove a rate card",
    params: byId,
    ok: done,
  },
  changeBudget: {
    method: "PUT",
    path: "/billing/budget",
    summary: "What a month may cost before the Owners are told; null takes it away",
    body: z.strictObject({
      budget: z
        .strictObject({
          amountMillionths: z.number().int().min(1_000_000).max(1e15),
          currency,
          thresholdPercent: z.number().int().min(1).max(200),
        })
        .nullable(),
    }),
    ok: done,
  },
} as const satisfies Record<string, Route>;
