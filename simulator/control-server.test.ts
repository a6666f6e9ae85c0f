import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { request } from "undici";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";
import { startSimulator } from "./start-simulator.ts";

const TOKEN = "a-control-token-of-a-test";
let rig: Rig;
before(async () => {
  rig = await startRig({ control: { port: 0, token: TOKEN }, seed: "seven" });
});
after(() => rig[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
type ControlAnswer = { status: number; body: any };

async function control(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: object,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
): Promise<ControlAnswer> {
  const answer = await request(`${rig.simulator.controlUrl}/control${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: await answer.body.json() };
}

test("nobody without the token, or under another name, learns or changes anything", async () => {
  const fault = { fault: { kind: "refuse", code: 1 } };
  for (const headers of [
    {},
    { authorization: "Bearer wrong" },
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: `Basic ${TOKEN}` },
    { authorization: `Bearer ${rig.number.accessToken}` },
  ]) {
    assert.deepEqual(await control("GET", "", undefined, headers), { status: 401, body: { error: "token" } });
    assert.equal((await control("POST", "/faults", fault, headers)).status, 401);
  }
  const named = { authorization: `Bearer ${TOKEN}`, host: "attacker.example" };
  assert.equal((await control("POST", "/faults", fault, named)).status, 421);
  assert.deepEqual(rig.simulator.listFaults(), []);
  assert.equal((await callGraph(rig, "GET", "/control/faults")).status, 400, "not on the wire to Wardroom");
});

test("a simulator has no control endpoint unless it is asked for, and none with a token that can be guessed", async () => {
  await using plain = await startRig();
  assert.equal(plain.simulator.controlUrl, undefined);
  const refused = startSimulator({
    host: "127.0.0.1",
    port: 0,
    stateFile: join(plain.folder, "another.state"),
    stateKey: plain.stateKey,
    control: { port: 0, token: "fifteen-letters" },
  });
  await assert.rejects(refused, /token is too short/);
});

test("a fault is switched on, listed and off, and what is no fault changes nothing", async () => {
  const rule = { target: rig.number.phoneNumberId, fault: { kind: "token", state: "expired" } };
  const { body: made } = await control("POST", "/faults", rule);
  const read = () => callGraph(rig, "GET", `/${rig.number.phoneNumberId}`);
  assert.equal((await read()).status, 401);
  assert.deepEqual((await control("GET", "/faults")).body, [{ id: made.id, ...rule, seen: 1, struck: 1 }]);
  assert.deepEqual((await control("DELETE", `/faults/${made.id}`)).body, { done: true });
  assert.deepEqual((await control("DELETE", `/faults/${made.id}`)).body, { done: false });
  assert.equal((await read()).status, 200);
  for (const wrong of [
    {},
    { fault: { kind: "?" } },
    { ...rule, more: 1 },
    { ...rule, when: { times: -1 } },
  ]) {
    const refused = await control("POST", "/faults", wrong);
    assert.deepEqual([refused.status, refused.body.error], [422, "not_valid"]);
  }
  assert.deepEqual((await control("GET", "/faults")).body, []);
  await control("POST", "/faults", rule);
  assert.deepEqual((await control("DELETE", "/faults?target=another")).body, { done: true });
  assert.equal((await control("GET", "/faults")).body.length, 1);
  await control("DELETE", "/faults");
  assert.deepEqual((await control("GET", "/faults")).body, []);
});

test("no fault of the wire shuts out who would switch it off", async () => {
  await control("POST", "/faults", { fault: { kind: "cut_connection", stage: "accept" } });
  await assert.rejects(callGraph(rig, "GET", `/${rig.number.phoneNumberId}`));
  assert.equal((await control("DELETE", "/faults")).status, 200);
  assert.equal((await callGraph(rig, "GET", `/${rig.number.phoneNumberId}`)).status, 200);
});

test("from another process one plays both sides: number, customer, message, webhooks, and what was accepted", async () => {
  const { body: number } = await control("POST", "/numbers", { businessName: "Second" });
  assert.deepEqual((await control("GET", "/numbers")).body.at(-1), { ...number, businessName: "Second" });
  const { phoneNumberId } = rig.number;
  const { body: customer } = await control("POST", "/customers", {
    ...{ phoneNumberId, name: "Layla", phone: "+966500000142" },
  });
  await control("POST", `/customers/${customer.customerId}/messages`, { type: "text", body: "Hello" });
  await control("POST", "/behaviour", { target: customer.customerId, autoRead: true, delays: { readMs: 3 } });
  const sent = await callGraph(rig, "POST", `/${phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    to: customer.waId,
    type: "text",
    text: { body: "Welcome" },
    biz_opaque_callback_data: "id-1",
  });
  assert.equal(sent.status, 200);
  assert.deepEqual((await control("POST", "/idle", { timeoutMs: 5_000 })).body, { idle: true });
  const [send, ...more] = (await control("GET", `/sends?phoneNumberId=${phoneNumberId}&after=0`)).body;
  assert.deepEqual(
    [send.callbackData, send.content, send.tick, more.length],
    ["id-1", { body: "Welcome" }, "read", 0],
  );
  const chat = (await control("GET", `/customers/${customer.customerId}/messages`)).body;
  assert.equal(chat.length, 2);
  const strays = await control("POST", "/stray-statuses", { phoneNumberId, count: 2, ageMs: 1_000 });
  assert.deepEqual(strays.body, { status: 200 });
  const injected = await control("POST", "/webhooks", { body: { object: "x", entry: [] }, sign: false });
  assert.equal(injected.body.status, 200);
  assert.equal(rig.received.at(-1)?.isSignatureRight, false);
  const { body } = await control("GET", "");
  assert.deepEqual([body.url, body.app, body.seed], [rig.simulator.url, rig.simulator.app, "seven"]);
});

test("waiting for quiet ends by its time when quiet does not come", async () => {
  rig.answers.push(500, 500, 500);
  const { body: customer } = await control("POST", "/customers", {
    ...{ phoneNumberId: rig.number.phoneNumberId, name: "James", phone: "+447700900311" },
  });
  await control("POST", `/customers/${customer.customerId}/messages`, { type: "text", body: "Hello" });
  assert.deepEqual((await control("POST", "/idle", { timeoutMs: 30 })).body, { idle: false });
  rig.answers.length = 0;
  await rig.simulator.idle();
});

test("what is asked for wrongly is refused: an unknown object, an unknown route, no JSON", async () => {
  const unknown = await control("POST", "/customers/nobody/messages", { type: "text", body: "x" });
  assert.deepEqual([unknown.status, unknown.body.error], [422, "not_possible"]);
  assert.equal((await control("GET", "/nothing")).status, 404);
  const answer = await request(`${rig.simulator.controlUrl}/control/faults`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: "{",
  });
  assert.equal(answer.statusCode, 400);
  await answer.body.dump();
});
