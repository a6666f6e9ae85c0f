import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { callGraph, type Rig, startRig } from "../rig.test-support.ts";

let now = Date.parse("2026-11-20T08:00:00Z");
let rig: Rig;
beforeEach(async () => {
  rig = await startRig({ clock: () => new Date(now), seed: "webhooks" });
});
afterEach(() => rig[Symbol.asyncDispose]());

let phones = 0;
const someone = (phoneNumberId = rig.number.phoneNumberId) => {
  phones += 1;
  return rig.simulator.addCustomer({
    phoneNumberId,
    name: "Layla",
    phone: `+9665000${String(phones).padStart(5, "0")}`,
  });
};
const write = (customerId: string, ...texts: string[]) =>
  texts.reduce<Promise<unknown>>(
    (before, body) => before.then(() => rig.simulator.sendAsCustomer(customerId, { type: "text", body })),
    Promise.resolve(),
  );
/** The updates of one webhook: texts of messages, names of statuses. */
// biome-ignore lint/suspicious/noExplicitAny: tests read Meta's JSON as it is
const updatesOf = ({ body }: { body: any }): string[] =>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  body.entry.flatMap((entry: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above
    entry.changes.flatMap(({ value }: any) => [
      // biome-ignore lint/suspicious/noExplicitAny: as above
      ...(value.messages ?? []).map((message: any) => message.text.body),
      // biome-ignore lint/suspicious/noExplicitAny: as above
      ...(value.statuses ?? []).map((status: any) => status.status),
    ]),
  );
const posts = () => rig.received.map(updatesOf);

test("duplicates come as often as told, each signed, the content being the same", async () => {
  const { customerId } = await someone();
  rig.simulator.fault({ target: customerId, fault: { kind: "duplicate", copies: 2 }, when: { times: 1 } });
  await write(customerId, "thrice", "once");
  await rig.simulator.idle();
  assert.deepEqual(posts().flat().toSorted(), ["once", "thrice", "thrice", "thrice"]);
  const thrice = rig.received.filter((webhook) => updatesOf(webhook)[0] === "thrice");
  assert.equal(new Set(thrice.map(({ bytes }) => bytes.toString())).size, 1);
  assert.ok(rig.received.every(({ isSignatureRight }) => isSignatureRight));
});

test("a delay holds one customer's webhooks in their order and nobody else's", async () => {
  const [slow, quick] = [await someone(), await someone()];
  rig.simulator.fault({ target: slow.customerId, fault: { kind: "delay", ms: 120 }, when: { times: 1 } });
  const startedAt = performance.now();
  await write(slow.customerId, "slow 1", "slow 2");
  await write(quick.customerId, "quick");
  await rig.simulator.idle();
  assert.ok(performance.now() - startedAt >= 119);
  assert.deepEqual(posts().flat(), ["quick", "slow 1", "slow 2"]);
});

test("jitter is drawn from the seed: the same seed brings webhooks in the same order again", async () => {
  const orderOf = async () => {
    await using other = await startRig({ seed: "jitter" });
    const { simulator, number } = other;
    simulator.fault({ fault: { kind: "delay", ms: 0, jitterMs: 600 } });
    for (let index = 0; index < 5; index += 1) {
      const phone = `+9665000002${index}0`;
      const { customerId } = await simulator.addCustomer({
        phoneNumberId: number.phoneNumberId,
        name: "x",
        phone,
      });
      await simulator.sendAsCustomer(customerId, { type: "text", body: String(index) });
    }
    await simulator.idle();
    return other.received.flatMap(updatesOf).join("");
  };
  const first = await orderOf();
  assert.equal(await orderOf(), first);
  assert.notEqual(first, "01234");
});

test("reordering brings one customer's webhooks in another order, none lost, and the same again with the same seed", async () => {
  const { customerId } = await someone();
  rig.simulator.fault({ fault: { kind: "reorder", size: 6 } });
  await write(customerId, "1", "2", "3", "4", "5", "6");
  await rig.simulator.idle();
  const order = posts().flat().join("");
  assert.notEqual(order, "123456");
  assert.equal([...order].toSorted().join(""), "123456");
  rig.simulator.endFaults();
  rig.simulator.fault({ fault: { kind: "reorder", size: 3, order: "reversed", maxWaitMs: 40 } });
  await write(customerId, "a", "b", "c", "d", "e");
  await rig.simulator.idle();
  assert.equal(posts().flat().slice(6).join(""), "cbaed", "the rest goes when it has waited long enough");
});

test("a batch brings updates of several accounts in one POST, and all of it again when it is refused", async () => {
  const { simulator, number } = rig;
  const second = await simulator.addNumber({ businessName: "Second" });
  const subscribed = await callGraph(rig, "POST", `/${second.wabaId}/subscribed_apps`, undefined, {
    authorization: `Bearer ${second.accessToken}`,
  });
  assert.equal(subscribed.status, 200);
  const [one, other] = [await someone(), await someone(second.phoneNumberId)];
  simulator.fault({ fault: { kind: "batch", size: 4, maxWaitMs: 30_000 } });
  rig.answers.push(503);
  await write(one.customerId, "a", "b");
  await write(other.customerId, "c");
  assert.equal(rig.received.length, 0);
  await write(one.customerId, "d");
  await simulator.idle();
  const [refused, taken, ...more] = rig.received;
  assert.deepEqual([refused?.answered, taken?.answered, more.length], [503, 200, 0]);
  assert.deepEqual(refused?.bytes, taken?.bytes);
  // biome-ignore lint/suspicious/noExplicitAny: tests read Meta's JSON as it is
  const entries = taken?.body.entry.map((entry: any) => [entry.id, entry.changes.length]);
  assert.deepEqual(entries, [
    [number.wabaId, 3],
    [second.wabaId, 1],
  ]);
  assert.ok(taken?.isSignatureRight);
});

test("a batch holds nothing for two callbacks: a number's own takes its messages, the app's all else", async () => {
  const { simulator, callbackUrl, verifyToken } = rig;
  const second = await simulator.addNumber({ businessName: "Second" });
  const own = { override_callback_uri: `${callbackUrl}/own`, verify_token: verifyToken };
  await callGraph(rig, "POST", `/${second.wabaId}/subscribed_apps`, own, {
    authorization: `Bearer ${second.accessToken}`,
  });
  const [one, other] = [await someone(), await someone(second.phoneNumberId)];
  simulator.fault({ fault: { kind: "batch", size: 4, maxWaitMs: 30_000 } });
  await write(one.customerId, "a", "b");
  await write(other.customerId, "c");
  const template = { wabaId: second.wabaId, name: "order_ready", language: "ar", status: "PAUSED" };
  simulator.setTemplateStatus(template);
  await simulator.idle();
  assert.deepEqual(
    rig.received.map(({ path, body }) => [path, body.entry.length, updatesOf({ body })]),
    [
      ["/webhook", 2, ["a", "b"]],
      ["/webhook/own", 1, ["c"]],
    ],
  );
});

test("a thousand updates go in one POST", async () => {
  const { customerId } = await someone();
  rig.simulator.fault({ fault: { kind: "batch", size: 1_000, maxWaitMs: 60_000 } });
  await write(customerId, ...Array.from({ length: 1_000 }, (_, index) => String(index)));
  await rig.simulator.idle();
  assert.deepEqual(
    posts().map((updates) => updates.length),
    [1_000],
  );
});

test("after days of silence all of it comes at once, with the times of then", async () => {
  const { customerId } = await someone();
  const id = rig.simulator.fault({ fault: { kind: "silence" } });
  const began = now;
  for (const day of ["Monday", "Tuesday", "Wednesday"]) {
    await write(customerId, day);
    now += 24 * 3_600_000;
  }
  await rig.simulator.idle();
  assert.equal(rig.received.length, 0);
  rig.simulator.endFault(id);
  await rig.simulator.idle();
  assert.deepEqual(posts().flat(), ["Monday", "Tuesday", "Wednesday"]);
  const first = rig.received[0]?.body.entry[0].changes[0].value.messages[0];
  assert.equal(first.timestamp, String(began / 1_000));
});

test("a silence ends by its time, and what it held can come as one batch", async () => {
  const { customerId } = await someone();
  rig.simulator.fault({ fault: { kind: "silence" }, when: { forMs: 60 } });
  rig.simulator.fault({ fault: { kind: "batch", maxWaitMs: 20 } });
  await write(customerId, "1", "2", "3");
  await sleep(30);
  assert.equal(rig.received.length, 0);
  await sleep(60);
  await rig.simulator.idle();
  assert.deepEqual(posts(), [["1", "2", "3"]]);
});

test("webhooks come as old as told, and signed: messages, statuses, injected ones", async () => {
  const { customerId, waId } = await someone();
  for (const days of [6, 9]) {
    const before = rig.received.length;
    const ms = days * 24 * 3_600_000;
    const id = rig.simulator.fault({ fault: { kind: "age", ms } });
    await write(customerId, "old");
    await callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
      ...{ messaging_product: "whatsapp", to: waId, type: "text", text: { body: "x" } },
    });
    await rig.simulator.idle();
    rig.simulator.endFault(id);
    await rig.simulator.injectWebhook(rig.received[before]?.body, { ageMs: ms });
    const seconds = String((now - ms) / 1_000);
    const times = rig.received.slice(before).map(({ body, isSignatureRight }) => {
      const { messages = [], statuses = [] } = body.entry[0].changes[0].value;
      return [...messages, ...statuses][0].timestamp + String(isSignatureRight);
    });
    const twice = String((now - 2 * ms) / 1_000);
    assert.deepEqual(times, [`${seconds}true`, `${seconds}true`, `${seconds}true`, `${twice}true`]);
  }
});

test("statuses of messages that nobody sent come along, or when they are asked for", async () => {
  const { customerId } = await someone();
  const { phoneNumberId } = rig.number;
  rig.simulator.fault({ fault: { kind: "stray_status" }, updates: ["messages"], when: { times: 1 } });
  await write(customerId, "hello");
  await rig.simulator.idle();
  assert.deepEqual(posts().flat().toSorted(), ["delivered", "hello"]);
  const callbackData = "nobody's";
  await rig.simulator.sendStrayStatuses({ phoneNumberId, status: "read", count: 3, callbackData });
  assert.deepEqual(posts().at(-1), ["read", "read", "read"]);
  const changes = rig.received.at(-1)?.body.entry[0].changes;
  // biome-ignore lint/suspicious/noExplicitAny: tests read Meta's JSON as it is
  const ids = changes.map(({ value }: any) => value.statuses[0].id);
  assert.equal(new Set(ids).size, 3);
  assert.equal(changes[0].value.statuses[0].biz_opaque_callback_data, callbackData);
  assert.deepEqual(rig.simulator.acceptedSends(), []);
});

test("statuses can be lost while messages come, and the customer's phone knows all the same", async () => {
  const { customerId, waId } = await someone();
  rig.simulator.fault({ target: rig.number.wabaId, fault: { kind: "lose" }, updates: ["statuses"] });
  await write(customerId, "hello");
  await callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
    ...{ messaging_product: "whatsapp", to: waId, type: "text", text: { body: "x" } },
  });
  await rig.simulator.idle();
  assert.deepEqual(posts(), [["hello"]]);
  assert.equal(rig.simulator.messagesOf(customerId).at(-1)?.tick, "delivered");
});

test("what a fault held back when the simulator stopped is brought after its next start", async () => {
  const { customerId } = await someone();
  rig.simulator.fault({ fault: { kind: "silence" }, when: { times: 2 } });
  rig.simulator.fault({ fault: { kind: "batch", maxWaitMs: 60_000 } });
  await write(customerId, "held");
  await rig.restart();
  await rig.simulator.idle();
  assert.deepEqual(posts(), [["held"]]);
});
