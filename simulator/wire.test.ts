import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(async () => {
  await rig[Symbol.asyncDispose]();
});

test("a customer's message arrives signed, and the answer comes back with sent, delivered and read", async () => {
  const { simulator, number, received } = rig;
  const customer = await simulator.addCustomer({
    phoneNumberId: number.phoneNumberId,
    name: "ليلى حداد",
    phone: "+966500000142",
  });
  simulator.behaviour(customer.customerId, { autoRead: true });
  const { wamid } = await simulator.sendAsCustomer(customer.customerId, {
    type: "text",
    body: "هل وصل 100%? <a@b/c>",
  });
  await simulator.idle();

  const inbound = received.at(-1)!;
  assert.equal(inbound.isSignatureRight, true);
  const value = inbound.body.entry[0].changes[0].value;
  assert.deepEqual(value, {
    messaging_product: "whatsapp",
    metadata: {
      display_phone_number: number.displayPhoneNumber.replaceAll(/\D/g, ""),
      phone_number_id: number.phoneNumberId,
    },
    contacts: [
      {
        profile: { name: "ليلى حداد" },
        wa_id: "966500000142",
        user_id: customer.userId,
        identity_key_hash: value.contacts[0].identity_key_hash,
      },
    ],
    messages: [
      {
        from: "966500000142",
        from_user_id: customer.userId,
        id: wamid,
        timestamp: value.messages[0].timestamp,
        type: "text",
        text: { body: "هل وصل 100%? <a@b/c>" },
      },
    ],
  });

  const sent = await callGraph(rig, "POST", `/v23.0/${number.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    to: "966500000142",
    type: "text",
    text: { body: "نعم" },
    context: { message_id: wamid },
    biz_opaque_callback_data: "attempt-7",
  });
  assert.equal(sent.status, 200);
  assert.deepEqual(sent.body.contacts, [
    { input: "966500000142", wa_id: "966500000142", user_id: customer.userId },
  ]);
  await simulator.idle();
  const statuses = received
    .map((webhook) => webhook.body.entry[0].changes[0].value.statuses?.[0])
    .filter((status) => status?.id === sent.body.messages[0].id);
  assert.deepEqual(
    statuses.map((status) => [
      status.status,
      status.biz_opaque_callback_data,
      status.pricing?.category,
      "conversation" in status,
    ]),
    [
      ["sent", "attempt-7", "service", false],
      ["delivered", "attempt-7", "service", false],
      ["read", "attempt-7", undefined, false],
    ],
  );
  assert.deepEqual(
    simulator.messagesOf(customer.customerId).map((message) => [message.from, message.text, message.tick]),
    [
      ["customer", "هل وصل 100%? <a@b/c>", "delivered"],
      ["business", "نعم", "read"],
    ],
  );
});
