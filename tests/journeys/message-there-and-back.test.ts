import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { runWardroom } from "../support/running-wardroom.ts";
import { until } from "../support/until.ts";

test("a customer writes, the Owner takes the chat and answers, and the ticks come back", async () => {
  await using running = await runWardroom();
  const { owner, made, wardroom } = running;
  const simulator = wardroom.simulator!;
  const customer = await simulator.addCustomer({
    phoneNumberId: made.number!.phoneNumberId,
    name: "Layla Haddad",
    phone: "+971500000142",
  });
  await simulator.sendAsCustomer(customer.customerId, {
    type: "text",
    body: "Hi, the oak table came today.",
  });
  await simulator.idle();

  const unassigned = await owner.get("/conversations?view=unassigned");
  assert.equal(unassigned.conversations.length, 1);
  const [row] = unassigned.conversations;
  assert.equal(row.sight, "closed_to_you", "an unassigned chat shows nothing of itself");
  assert.equal(row.contact, null);
  assert.equal(row.last, null);
  assert.equal(row.language, "en");

  await owner.post(`/conversations/${row.id}/take`);
  const opened = await owner.get(`/conversations/${row.id}`);
  assert.equal(opened.contact.name, "Layla Haddad");
  const { messages } = await owner.get(`/conversations/${row.id}/messages`);
  assert.deepEqual(
    messages.map((message: { body: unknown }) => message.body),
    [{ kind: "text", text: "Hi, the oak table came today." }],
  );

  const clientId = randomUUID();
  const sent = await owner.post(`/conversations/${row.id}/messages`, {
    kind: "text",
    clientId,
    text: "A new leg is on order.",
  });
  assert.equal(sent.sendState, "queued");
  const again = await owner.post(`/conversations/${row.id}/messages`, {
    kind: "text",
    clientId,
    text: "A new leg is on order.",
  });
  assert.equal(again.id, sent.id, "the same click twice is one message");

  simulator.openChat(customer.customerId);
  const last = async () => (await owner.get(`/conversations/${row.id}/messages`)).messages.at(-1);
  await until(async () => (await last()).delivery === "read");
  assert.equal((await last()).sendState, "accepted");
  assert.deepEqual(
    simulator.messagesOf(customer.customerId).map((message) => [message.from, message.text]),
    [
      ["customer", "Hi, the oak table came today."],
      ["business", "A new leg is on order."],
    ],
  );
});
