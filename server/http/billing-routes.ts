import type { CardReport as CardReportReply } from "../../contract/billing.ts";
import { contract } from "../../contract/contract.ts";
import {
  type Billing,
  changeBudget,
  checkRateCard,
  exportUsage,
  readBilling,
  removeRateCard,
  storeRateCard,
} from "../inbox/billing/billing.ts";
import { cardFor, priceOf } from "../inbox/billing/rate-card.ts";
import type { CardReport } from "../inbox/billing/read-rate-card.ts";
import { type InboxRoom, perform } from "../inbox/room.ts";
import type { Api } from "./api.ts";

/** What the Owner is told of what Meta charges for. */
export function registerBillingRoutes(api: Api, room: InboxRoom): void {
  api.route(contract.getBilling, { access: "billing.read" }, async ({ actor, query }) =>
    billingReply(await perform(room, actor, (act) => readBilling(act, query))),
  );

  api.route(contract.exportBilling, { access: "billing.export" }, async ({ actor, body }) => ({
    csv: await perform(room, actor, (act) => exportUsage(act, body)),
  }));

  api.route(contract.checkRateCard, { access: "billing.read" }, async ({ body }) =>
    reportReply(checkRateCard(body.csv, body.currency)),
  );

  api.route(contract.storeRateCard, { access: "billing.change" }, async ({ actor, body }) =>
    reportReply(await perform(room, actor, (act) => storeRateCard(act, body))),
  );

  api.route(contract.removeRateCard, { access: "billing.change" }, async ({ actor, params }) => {
    await perform(room, actor, (act) => removeRateCard(act, params.id));
    return {};
  });

  api.route(contract.changeBudget, { access: "billing.change" }, async ({ actor, body }) => {
    await perform(room, actor, (act) => changeBudget(act, body.budget));
    return {};
  });
}

/** Problems that are shown at once. Ours: who has more of them has another file in their hands. */
const SHOWN_PROBLEMS = 100;

function reportReply({ countries, prices, problems }: CardReport): CardReportReply {
  return { countries, prices, problems: problems.slice(0, SHOWN_PROBLEMS), leftOut: problems.length };
}

function billingReply({ usages, estimate, cards, budget }: Billing) {
  return {
    usages: [...usages],
    estimate: {
      amounts: Object.entries(estimate.amounts).map(([currency, millionths]) => ({ currency, millionths })),
      unpriced: estimate.unpriced,
    },
    estimates: usages.map(({ day, country, category, messages }) => {
      const card = cardFor(cards, day);
      const price = card === undefined ? undefined : priceOf(card, country, category);
      if (card === undefined || price === undefined) return null;
      return { currency: card.currency, millionths: price * messages };
    }),
    cards: cards.map(({ rates, uploadedAt, ...card }) => ({
      ...card,
      countries: Object.keys(rates).length,
      uploadedAt: uploadedAt.toISOString(),
    })),
    budget:
      budget === null
        ? null
        : {
            amountMillionths: budget.amountMillionths,
            currency: budget.currency,
            thresholdPercent: budget.thresholdPercent,
            spentMillionths: budget.spentMillionths,
            alerted: budget.alertedMonth !== null,
          },
  };
}
