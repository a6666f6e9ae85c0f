import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import { type InboxRig, inboxRig, partyOf } from "../../../tests/support/inbox-rig.ts";
import { refusalOf } from "../../../tests/support/refusal-of.ts";
import { inWorkspace } from "../../platform/database.ts";
import type { DeliveryStatus, Update } from "../../whatsapp/inbound/update.ts";
import { perform } from "../room.ts";
import { alertBudget } from "./alert-budget.ts";
import { changeBudget, exportUsage, readBilling, removeRateCard, storeRateCard } from "./billing.ts";
import { foldBilled } from "./fold-billed.ts";

const PERIOD = { from: "2026-11-01", to: "2026-11-30" };
const PRICE = { pricing_model: "PMP", type: "regular", category: "marketing" };

/** A message that a phone sent beside us, so that its statuses find it. */
function sent(rig: InboxRig, waId: string): { wamid: string; echo: Update } {
  const wamid = `wamid.${randomUUID()}`;
  return {
    wamid,
    echo: {
      ...{ kind: "echo", wamid, metaAt: rig.time.now, to: partyOf(waId), body: { kind: "text", text: "x" } },
      ...{ media: null, replyToWamid: null, source: "smb_message_echoes", raw: "{}" },
    },
  };
}

function status(
  rig: InboxRig,
  given: { wamid: string; waId: string; status: DeliveryStatus; pricing?: Record<string, string | boolean> },
): Update {
  return {
    ...{ kind: "status", wamid: given.wamid, status: given.status, metaAt: rig.time.now, callbackData: null },
    ...{ recipient: partyOf(given.waId), failure: null, pricing: given.pricing ?? null, raw: "{}" },
  };
}

async function usages(rig: InboxRig): Promise<string[]> {
  const billing = await perform(rig.room, rig.actor("owner"), (act) => readBilling(act, PERIOD));
  return billing.usages.map(({ day, category, country, messages }) =>
    [day, category, country, messages].join(" "),
  );
}

test("a message is billed on the day it is delivered, once, and what is free never", async () => {
  await using rig = await inboxRig(new Date("2026-11-23T23:30:00Z"));
  const [marketing, free, old, undelivered] = [
    sent(rig, "971501234567"),
    sent(rig, "971501234567"),
    sent(rig, "14165550100"),
    sent(rig, "201001234567"),
  ];
  await rig.take([marketing.echo, free.echo, old.echo, undelivered.echo]);
  const say = (
    one: { wamid: string },
    waId: string,
    word: DeliveryStatus,
    pricing?: Record<string, string | boolean>,
  ) => status(rig, { wamid: one.wamid, waId, status: word, ...(pricing === undefined ? {} : { pricing }) });

  await rig.take([
    say(marketing, "971501234567", "sent", PRICE),
    say(undelivered, "201001234567", "sent", PRICE),
    say(free, "971501234567", "delivered", { ...PRICE, type: "free_customer_service", billable: true }),
  ]);
  assert.deepEqual(await usages(rig), [], "sent is not delivered, and free is free whatever else is said");

  rig.time.now = new Date("2026-11-24T00:10:00Z");
  await rig.take([
    say(marketing, "971501234567", "read"),
    say(old, "14165550100", "delivered", { billable: true, category: "utility" }),
  ]);
  const counted = ["2026-11-24 marketing AE 1", "2026-11-24 utility CA 1"];
  assert.deepEqual(await usages(rig), counted);

  // Everything again, and a price that contradicts the first: what was billed stays billed, and once.
  await rig.take([say(marketing, "971501234567", "read", { ...PRICE, type: "free_entry_point" })]);
  await rig.take([say(marketing, "971501234567", "delivered", PRICE)]);
  await rig.take([say(old, "14165550100", "delivered", { billable: true, category: "utility" })]);
  assert.deepEqual(await usages(rig), counted);
});

test("folding changes no sum, whoever folds and however often", async () => {
  await using rig = await inboxRig();
  for (let n = 0; n < 3; n += 1) {
    const message = sent(rig, "971501234567");
    await rig.take([message.echo]);
    await rig.take([
      status(rig, { wamid: message.wamid, waId: "971501234567", status: "delivered", pricing: PRICE }),
    ]);
    const expected = [`2026-11-23 marketing AE ${n + 1}`];
    assert.deepEqual(await usages(rig), expected);
    await Promise.all([foldBilled(rig.db, rig.workspaceId), foldBilled(rig.db, rig.workspaceId)]);
    assert.deepEqual(await usages(rig), expected);
  }
  assert.equal(await foldBilled(rig.db, rig.workspaceId), 0);
  const { rows } = await inWorkspace(rig.db, rig.workspaceId, (tx) =>
    sql<{ left: number }>`select count(*)::int as left from inbox_billed`.execute(tx),
  );
  assert.deepEqual(rows, [{ left: 0 }]);
});

test("money comes from the Owner's card alone, and the budget says once a month that it is reached", async () => {
  await using rig = await inboxRig();
  const owner = rig.actor("owner");
  const act = <R>(work: Parameters<typeof perform<R>>[2]) => perform(rig.room, owner, work);
  const deliver = async () => {
    const message = sent(rig, "971501234567");
    await rig.take([message.echo]);
    await rig.take([
      status(rig, { wamid: message.wamid, waId: "971501234567", status: "delivered", pricing: PRICE }),
    ]);
  };
  await act((a) => changeBudget(a, { amountMillionths: 2_000_000, currency: "USD", thresholdPercent: 50 }));
  await deliver();
  const before = await act((a) => readBilling(a, PERIOD));
  assert.deepEqual(before.estimate, { amounts: {}, unpriced: 1 }, "without a card there is no money");
  assert.equal(await alertBudget(rig.room, rig.workspaceId), undefined);

  const card = { csv: "country,category,price\nAE,marketing,0.5", currency: "USD", validFrom: "2026-11-01" };
  await act((a) => storeRateCard(a, card));
  assert.equal((await act((a) => readBilling(a, PERIOD))).budget?.spentMillionths, 500_000);
  assert.equal(await alertBudget(rig.room, rig.workspaceId), undefined, "a quarter is not a half");
  await deliver();
  const [one, other] = await Promise.all([
    alertBudget(rig.room, rig.workspaceId),
    alertBudget(rig.room, rig.workspaceId),
  ]);
  assert.deepEqual([one, other].filter((each) => each !== undefined).length, 1, "two processes tell once");
  await deliver();
  assert.equal(await alertBudget(rig.room, rig.workspaceId), undefined);

  rig.time.now = new Date("2026-12-01T00:00:00Z");
  for (let n = 0; n < 2; n += 1) await deliver();
  assert.equal((await alertBudget(rig.room, rig.workspaceId))?.percent, 50, "another month tells again");

  const csv = await act((a) => exportUsage(a, PERIOD));
  assert.deepEqual(csv.split("\r\n").slice(0, 2), [
    "day,number,category,country,messages,estimate,currency",
    `2026-11-23,${rig.numberId},marketing,AE,3,1.500000,USD`,
  ]);
  const { cards } = await act((a) => readBilling(a, PERIOD));
  await act((a) => removeRateCard(a, cards[0]?.id ?? ""));
  assert.equal(await refusalOf(act((a) => removeRateCard(a, cards[0]?.id ?? ""))), "billing.no_rate_card");
  const nothing = { csv: "country,category,price\n", currency: "USD", validFrom: "2026-11-01" };
  assert.equal(await refusalOf(act((a) => storeRateCard(a, nothing))), "billing.rate_card_empty");
  for (const period of [
    { from: "2026-11-02", to: "2026-11-01" },
    { from: "2025-11-01", to: "2026-11-02" },
  ])
    assert.equal(await refusalOf(act((a) => readBilling(a, period))), "billing.period");
});
