import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { callGraph, type GraphAnswer, type Rig, startRig } from "./rig.test-support.ts";

const HOUR_MS = 60 * 60 * 1_000;
let now = Date.parse("2026-11-20T08:00:00Z");
let rig: Rig;
before(async () => {
  rig = await startRig({ clock: () => new Date(now) });
});
after(() => rig[Symbol.asyncDispose]());

let phones = 0;
/** A customer who has just written, so that the window is open. */
async function someone(more: { businessScopedOnly?: boolean } = {}) {
  phones += 1;
  const customer = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Layla",
    phone: `+9665000001${String(phones).padStart(2, "0")}`,
    ...more,
  });
  const { wamid } = await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "Hello" });
  await rig.simulator.idle();
  return { ...customer, wamid };
}

const send = (message: object): Promise<GraphAnswer> =>
  callGraph(rig, "POST", `/v23.0/${rig.number.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    ...message,
  });
const text = (body: string) => ({ type: "text", text: { body } });
const statusesOf = (wamid: string) =>
  rig.received
    .flatMap((webhook) => webhook.body.entry[0].changes[0].value.statuses ?? [])
    .filter((status) => status.id === wamid);

test("the window is open just before 24 hours and closed at 24 hours, except for templates", async () => {
  const customer = await someone();
  now += 24 * HOUR_MS - 1;
  assert.equal((await send({ to: customer.waId, ...text("in time") })).status, 200);
  now += 1;
  const late = await send({ to: customer.waId, ...text("late") });
  assert.deepEqual(
    [late.status, late.body.error.code, late.body.error.type],
    [400, 131047, "OAuthException"],
  );
  assert.match(late.body.error.fbtrace_id, /^A[\w-]+$/);
  assert.equal(rig.simulator.messagesOf(customer.customerId).length, 2);
  const template = await send({
    to: customer.waId,
    type: "template",
    template: {
      name: "order_ready",
      language: { code: "en_US" },
      components: [
        {
          type: "body",
          parameters: [
            { type: "text", text: "Layla" },
            { type: "text", text: "7" },
          ],
        },
      ],
    },
  });
  assert.equal(template.status, 200);
  await rig.simulator.idle();
  assert.equal(
    rig.simulator.messagesOf(customer.customerId).at(-1)?.text,
    "Hello Layla, your order 7 is ready. We are open until 22:00.",
  );
});

test("limits hold at the limit and above it, missing and wrong parameters have Meta's codes", async () => {
  const { waId: to } = await someone();
  const button = (title: string, count = 1) => ({
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "b" },
      action: {
        buttons: Array.from({ length: count }, (_, index) => ({
          type: "reply",
          reply: { id: `${index}`, title },
        })),
      },
    },
  });
  const cases: [object, number, number?][] = [
    [{ to, ...text("x".repeat(4_096)) }, 200],
    [{ to, ...text("x".repeat(4_097)) }, 400, 100],
    [{ to, ...text("") }, 400, 100],
    [{ to, type: "text", text: {} }, 400, 131008],
    [{ to, type: "text" }, 400, 131008],
    [text("nobody"), 400, 131008],
    [{ to, type: "text", text: { body: 7 } }, 400, 131009],
    [{ to, type: "telegram", telegram: {} }, 400, 100],
    [{ to, ...button("x".repeat(20), 3) }, 200],
    [{ to, ...button("x".repeat(21)) }, 400, 100],
    [{ to, ...button("x", 4) }, 400, 100],
    [{ to, type: "image", image: { id: "1", link: "https://example.com/a.png" } }, 400, 131009],
    [{ to, type: "image", image: { id: "123456789012345" } }, 400, 131009],
    [
      { to, type: "image", image: { link: "https://example.com/a.png", caption: "c".repeat(1_025) } },
      400,
      100,
    ],
    [{ to, type: "location", location: { latitude: 91, longitude: 0 } }, 400, 100],
    [{ to: "not a phone", ...text("x") }, 400, 100],
    [{ to: rig.number.displayPhoneNumber, ...text("x") }, 400, 131021],
    [{ recipient: "US.nobody", ...text("x") }, 400, 131026],
    [{ to, ...text("x"), biz_opaque_callback_data: "d".repeat(513) }, 400, 100],
  ];
  const answers = await Promise.all(cases.map(([message]) => send(message)));
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.error?.code]),
    cases.map(([, status, code]) => [status, code]),
  );
});

test("a person with only a business-scoped id is reached by it and never shows a phone", async () => {
  const customer = await someone({ businessScopedOnly: true });
  const before = rig.received.length;
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "me again" });
  const sent = await send({ recipient: customer.userId, ...text("hello") });
  assert.deepEqual(sent.body.contacts, [{ input: customer.userId, user_id: customer.userId }]);
  await rig.simulator.idle();
  const all = rig.received.slice(before).map((webhook) => JSON.stringify(webhook.body));
  assert.equal(all.length, 3);
  for (const body of all) assert.equal(body.includes(customer.waId!), false);
  assert.equal(statusesOf(sent.body.messages[0].id)[0].recipient_user_id, customer.userId);
});

test("an identity hash that has changed fails the message with 137000, the current one does not", async () => {
  const customer = await someone();
  const hash = rig.received.at(-1)!.body.entry[0].changes[0].value.contacts[0].identity_key_hash;
  const same = await send({ to: customer.waId, ...text("a"), recipient_identity_key_hash: hash });
  rig.simulator.changeIdentity(customer.customerId);
  const other = await send({ to: customer.waId, ...text("b"), recipient_identity_key_hash: hash });
  assert.deepEqual([same.status, other.status], [200, 200]);
  await rig.simulator.idle();
  assert.deepEqual(
    statusesOf(same.body.messages[0].id).map((status) => status.status),
    ["sent", "delivered"],
  );
  const [failed, ...more] = statusesOf(other.body.messages[0].id);
  assert.deepEqual([failed.status, failed.errors[0].code, more.length], ["failed", 137000, 0]);
});

test("a number change is a system message of the old number without contacts, and the old id is told", async () => {
  const customer = await someone();
  rig.simulator.changeNumber(customer.customerId, "+966500009999");
  await rig.simulator.idle();
  const { contacts, messages } = rig.received.at(-1)!.body.entry[0].changes[0].value;
  assert.equal(contacts, undefined);
  assert.deepEqual(
    [
      messages[0].from,
      messages[0].type,
      messages[0].system.type,
      messages[0].system.wa_id,
      messages[0].system.previous_user_id,
    ],
    [customer.waId, "system", "user_changed_number", "966500009999", customer.userId],
  );
});

test("plans: an error answer, a failed status, a 5xx and silence, with and without the message", async () => {
  const customer = await someone();
  const { simulator } = rig;
  const sendShort = async () => {
    try {
      const response = await fetch(`${simulator.url}/${rig.number.phoneNumberId}/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${rig.number.accessToken}`, "content-type": "application/json" },
        body: JSON.stringify({
          messaging_product: "whatsapp",
          to: customer.waId,
          ...text("x"),
          biz_opaque_callback_data: "ours",
        }),
        signal: AbortSignal.timeout(150),
      });
      return response.status;
    } catch (error) {
      return (error as Error).name;
    }
  };
  const outcome = async (answer: Parameters<typeof simulator.behaviour>[1]["answer"] & object) => {
    const before = simulator.messagesOf(customer.customerId).length;
    simulator.behaviour(customer.customerId, { answer, times: 1 });
    const got = await sendShort();
    await simulator.idle();
    return [got, simulator.messagesOf(customer.customerId).length - before];
  };
  assert.deepEqual(await outcome({ kind: "refuse", code: 130429 }), [400, 0]);
  assert.deepEqual(await outcome({ kind: "refuse", code: 130429, httpStatus: 429 }), [429, 0]);
  assert.deepEqual(await outcome({ kind: "server_error", httpStatus: 502, accepted: false }), [502, 0]);
  assert.deepEqual(await outcome({ kind: "server_error", httpStatus: 502, accepted: true }), [502, 1]);
  assert.deepEqual(await outcome({ kind: "no_answer", accepted: false }), ["TimeoutError", 0]);
  assert.deepEqual(await outcome({ kind: "no_answer", accepted: true }), ["TimeoutError", 1]);
  const settled = rig.received.at(-1)!.body.entry[0].changes[0].value.statuses[0];
  assert.deepEqual([settled.status, settled.biz_opaque_callback_data], ["delivered", "ours"]);
  assert.deepEqual(await outcome({ kind: "fail", code: 131026 }), [200, 1]);
  const failed = rig.received.at(-1)!.body.entry[0].changes[0].value.statuses[0];
  assert.deepEqual([failed.status, failed.errors[0].code, failed.pricing], ["failed", 131026, undefined]);
  assert.deepEqual(
    [await sendShort(), simulator.messagesOf(customer.customerId).at(-1)?.tick !== "failed"],
    [200, true],
  );
});

test("a read receipt marks this and earlier messages read, and shows typing until the answer", async () => {
  const customer = await someone();
  await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "second" });
  const third = await rig.simulator.sendAsCustomer(customer.customerId, { type: "text", body: "third" });
  await rig.simulator.idle();
  const second = rig.simulator.messagesOf(customer.customerId)[1]!;
  const receipt = await send({
    status: "read",
    message_id: second.wamid,
    typing_indicator: { type: "text" },
  });
  assert.deepEqual([receipt.status, receipt.body], [200, { success: true }]);
  assert.deepEqual(
    rig.simulator.messagesOf(customer.customerId).map((message) => message.tick),
    ["read", "read", "delivered"],
  );
  const own = await send({ to: customer.waId, ...text("answer") });
  assert.equal((await send({ status: "read", message_id: own.body.messages[0].id })).body.error.code, 131009);
  assert.notEqual(third.wamid, second.wamid);
});

test("a reaction of the business stands on the customer's message; without one in the chat it is refused", async () => {
  const customer = await someone();
  const reaction = (messageId: string) => ({
    to: customer.waId,
    type: "reaction",
    reaction: { message_id: messageId, emoji: "👍" },
  });
  assert.equal((await send(reaction(customer.wamid))).status, 200);
  assert.equal((await send(reaction("wamid.unknown"))).body.error.code, 131009);
  assert.deepEqual(
    rig.simulator.messagesOf(customer.customerId).map((message) => message.reactions),
    [{ business: "👍" }],
  );
});

test("templates: parameters are counted and matched, paused, rejected and unknown ones have their codes", async () => {
  const { waId: to } = await someone();
  const template = (name: string, code: string, components: object[] = []) =>
    send({ to, type: "template", template: { name, language: { code }, components } });
  const body = (...parameters: object[]) => ({ type: "body", parameters });
  const word = (value: string) => ({ type: "text", text: value });
  const named = (name: string, value: string) => ({ ...word(value), parameter_name: name });
  const answers = await Promise.all([
    template("order_ready", "en_US", [body(word("a"))]),
    template("order_ready", "fr", [body(word("a"), word("b"))]),
    template("nothing", "en_US"),
    template("weekly_digest", "en_US", [body(word("a"))]),
    template("free_gift", "en_US"),
    template("delivery_time", "ar", [body(named("first_name", "ليلى"), named("other", "x"))]),
    template("delivery_time", "ar", [body(named("first_name", "ليلى"), named("day", "الخميس"))]),
    template("autumn_offer", "en_US", [body(word("a"), word("b"))]),
    template("order_ready", "ar", [body(word("x".repeat(1_100)), word("b"))]),
  ]);
  assert.deepEqual(
    answers.map(({ status, body: answer }) => [status, answer.error?.code]),
    [
      [400, 132000],
      [404, 132001],
      [404, 132001],
      [400, 132015],
      [404, 132001],
      [400, 132000],
      [200, undefined],
      [400, 132012],
      [400, 132005],
    ],
  );
});

test("a phone that nobody plays gets a customer who can answer", async () => {
  const sent = await send({
    to: "+44 7700 900 399",
    type: "template",
    template: {
      name: "order_ready",
      language: { code: "en_US" },
      components: [
        {
          type: "body",
          parameters: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
      ],
    },
  });
  assert.deepEqual([sent.status, sent.body.contacts[0].wa_id], [200, "447700900399"]);
});

test("tokens: none is 104, a wrong one 190, another number's is as if nothing were there", async () => {
  const other = await rig.simulator.addNumber({ businessName: "Other" });
  const path = `/v23.0/${rig.number.phoneNumberId}/messages`;
  const withToken = (authorization: string) => callGraph(rig, "POST", path, text("x"), { authorization });
  const answers = [
    await withToken(""),
    await withToken("Bearer EAAnothing"),
    await withToken(`Bearer ${other.accessToken}`),
  ];
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.error.code, body.error.error_subcode]),
    [
      [401, 104, undefined],
      [401, 190, 463],
      [400, 100, 33],
    ],
  );
});

test("appsecret_proof is checked when given, and required when the app says so", async () => {
  const proof = createHmac("sha256", rig.simulator.app.appSecret)
    .update(rig.number.accessToken)
    .digest("hex");
  const read = (query: string) => callGraph(rig, "GET", `/v23.0/${rig.number.phoneNumberId}${query}`);
  assert.equal((await read(`?appsecret_proof=${proof}`)).status, 200);
  const wrong = await read(`?appsecret_proof=${proof.replace(/./, (digit) => (digit === "0" ? "1" : "0"))}`);
  assert.deepEqual(
    [wrong.status, wrong.body.error.code, wrong.body.error.type],
    [400, 100, "GraphMethodException"],
  );
  assert.equal((await read("")).status, 200);
  await rig.restart({ requireAppSecretProof: true });
  assert.match((await read("")).body.error.message, /require an appsecret_proof/);
  assert.equal((await read(`?appsecret_proof=${proof}`)).status, 200);
  await rig.restart();
});
