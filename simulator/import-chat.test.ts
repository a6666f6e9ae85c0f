import assert from "node:assert/strict";
import { test } from "node:test";
import { callGraph, startRig } from "./rig.test-support.ts";

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

test("a chat of the past is on the phone, sends nothing, and returns what Meta would have sent", async () => {
  await using rig = await startRig();
  const { customerId } = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Layla Haddad",
    phone: "+971500000142",
  });
  const imported = await rig.simulator.importChat(customerId, [
    { from: "customer", at: hoursAgo(3), message: { type: "text", body: "Is the oak table there?" } },
    {
      from: "business",
      at: hoursAgo(2),
      about: 0,
      message: { type: "text", body: "It is." },
      statuses: [
        { status: "sent", at: hoursAgo(2) },
        { status: "read", at: hoursAgo(1) },
      ],
    },
    { from: "customer", at: hoursAgo(1), about: 1, message: { type: "reaction", emoji: "👍" } },
  ]);

  assert.equal(rig.received.length, 0, "nothing is sent");
  assert.deepEqual(
    imported.map(({ webhooks }) => webhooks.length),
    [1, 2, 1],
  );
  const value = (webhook: object | undefined) =>
    // biome-ignore lint/suspicious/noExplicitAny: a test reads Meta's JSON as it is
    (webhook as any).entry[0].changes[0].value;
  assert.equal(value(imported[0]?.webhooks[0]).messages[0].id, imported[0]?.wamid);
  assert.equal(value(imported[1]?.webhooks[1]).statuses[0].status, "read");
  assert.equal(value(imported[2]?.webhooks[0]).messages[0].reaction.message_id, imported[1]?.wamid);
  const [asked, answered] = rig.simulator.messagesOf(customerId);
  assert.equal(asked?.text, "Is the oak table there?");
  assert.equal(answered?.tick, "read");
  assert.deepEqual(answered?.context, { from: "customer", text: "Is the oak table there?" });
  assert.deepEqual(answered?.reactions, { customer: "👍" });
});

test("the imported messages open the window as any other, and only for 24 hours", async () => {
  await using rig = await startRig();
  for (const [phone, hours, status] of [
    ["+971500000142", 23, 200],
    ["+971500000143", 25, 400],
  ] as const) {
    const { customerId } = await rig.simulator.addCustomer({
      phoneNumberId: rig.number.phoneNumberId,
      name: "A customer",
      phone,
    });
    await rig.simulator.importChat(customerId, [
      { from: "customer", at: hoursAgo(hours), message: { type: "text", body: "Hello" } },
    ]);
    const answer = await callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
      messaging_product: "whatsapp",
      to: phone,
      type: "text",
      text: { body: "Hello" },
    });
    assert.equal(answer.status, status, `after ${hours} hours`);
  }
});
