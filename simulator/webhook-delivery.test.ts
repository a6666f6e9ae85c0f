import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { callGraph, type Rig, startRig } from "./rig.test-support.ts";

let rig: Rig;
beforeEach(async () => {
  if (rig !== undefined) await rig[Symbol.asyncDispose]();
  rig = await startRig();
});
after(() => rig[Symbol.asyncDispose]());

const bodies = () =>
  rig.received.map((webhook) => [
    webhook.body.entry[0].changes[0].value.messages?.[0]?.text?.body,
    webhook.answered,
  ]);
const layla = () =>
  rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "Layla Haddad",
    phone: "+966500000142",
  });

test("anything but 200 is tried again, and what the customer wrote after waits its turn", async () => {
  const { customerId } = await layla();
  rig.answers.push(503, 204);
  await rig.simulator.sendAsCustomer(customerId, { type: "text", body: "one" });
  await rig.simulator.sendAsCustomer(customerId, { type: "text", body: "two" });
  await rig.simulator.idle();
  assert.deepEqual(bodies(), [
    ["one", 503],
    ["one", 204],
    ["one", 200],
    ["two", 200],
  ]);
  assert.deepEqual(
    rig.received.map((webhook) => webhook.isSignatureRight),
    [true, true, true, true],
  );
});

test("one customer's trouble does not hold up another", async () => {
  const { customerId } = await layla();
  const other = await rig.simulator.addCustomer({
    phoneNumberId: rig.number.phoneNumberId,
    name: "James",
    phone: "+447700900311",
  });
  rig.answers.push(500, 500);
  await rig.simulator.sendAsCustomer(customerId, { type: "text", body: "held" });
  while (rig.received.length < 2) await new Promise((done) => setTimeout(done, 5));
  await rig.simulator.sendAsCustomer(other.customerId, { type: "text", body: "free" });
  await rig.simulator.idle();
  assert.deepEqual(
    bodies().map(([body]) => body),
    ["held", "held", "free", "held"],
  );
});

test("after a restart undelivered webhooks and pending statuses go out, and chats, media, app and number are there", async () => {
  await rig.restart({ delays: { sentMs: 1, deliveredMs: 300, readMs: 300 } });
  const { app } = rig.simulator;
  const { customerId } = await layla();
  await rig.simulator.sendAsCustomer(customerId, {
    type: "image",
    bytes: Buffer.from("image bytes"),
    mimeType: "image/png",
    caption: "picture",
  });
  await rig.simulator.idle();
  const sent = await callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    to: "966500000142",
    type: "text",
    text: { body: "on its way" },
  });
  rig.answers.push(500, 500, 500, 500, 500);
  await rig.simulator.sendAsCustomer(customerId, { type: "text", body: "not answered yet" });
  while (rig.received.filter((webhook) => webhook.answered === 500).length < 2)
    await new Promise((done) => setTimeout(done, 5));
  rig.answers.length = 0;
  const before = rig.simulator.messagesOf(customerId).map((message) => [message.wamid, message.text]);
  await rig.restart();
  assert.deepEqual(rig.simulator.app, app);
  assert.deepEqual(rig.simulator.listNumbers(), [{ ...rig.number, businessName: "Marsa Home" }]);
  assert.deepEqual(
    rig.simulator.messagesOf(customerId).map((message) => [message.wamid, message.text]),
    before,
  );
  await rig.simulator.idle();
  assert.deepEqual(bodies().at(-1)?.[1], 200);
  assert.equal(
    bodies().some(([body, answered]) => body === "not answered yet" && answered === 200),
    true,
  );
  const status = rig.received.flatMap((webhook) => webhook.body.entry[0].changes[0].value.statuses ?? []);
  assert.deepEqual(
    status.filter((one) => one.id === sent.body.messages[0].id && one.status === "delivered").length,
    1,
  );
  const media = rig.simulator.messagesOf(customerId)[0]?.media?.id;
  const info = await callGraph(rig, "GET", `/${media}`);
  const got = await fetch(info.body.url, { headers: { authorization: `Bearer ${rig.number.accessToken}` } });
  assert.equal(await got.text(), "image bytes");
});

test("a webhook can be injected signed, unsigned, wrongly signed, and as raw bytes", async () => {
  const { simulator, received } = rig;
  const body = { object: "whatsapp_business_account", entry: [] };
  await simulator.injectWebhook(body);
  await simulator.injectWebhook(body, { sign: false });
  await simulator.injectWebhook(body, { sign: "sha256=00" });
  const raw = Buffer.from("not json");
  assert.equal((await simulator.injectWebhook(body, { raw })).status, 200);
  assert.deepEqual(
    received.map((webhook) => webhook.isSignatureRight),
    [true, false, false, true],
  );
  assert.deepEqual(received.at(-1)?.bytes, raw);
});

/** The ways in which a value can lie readable in a file, base64 at its three alignments included. */
function disguises(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replaceAll("=", "");
    return encoded.slice(shift === 0 ? 0 : 4, -3);
  });
  return [
    bytes,
    Buffer.from(bytes.toString("hex")),
    Buffer.from(value, "utf16le"),
    ...base64.map((text) => Buffer.from(text)),
  ];
}

test("nothing that anybody wrote lies readable on disk or in the log", async () => {
  const { customerId, userId } = await layla();
  const inbound = await rig.simulator.sendAsCustomer(customerId, {
    type: "document",
    bytes: Buffer.from("invoice content 4711"),
    mimeType: "application/pdf",
    filename: "invoice-secret.pdf",
    caption: "please look at this",
  });
  await rig.simulator.idle();
  const sent = await callGraph(rig, "POST", `/${rig.number.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    to: "966500000142",
    type: "text",
    text: { body: "سنوصلها يوم الخميس" },
  });
  await rig.simulator.idle();
  await rig.restart();
  const secrets = [
    "Layla Haddad",
    "966500000142",
    userId,
    "invoice content 4711",
    "invoice-secret.pdf",
    "please look at this",
    "سنوصلها يوم الخميس",
    inbound.wamid,
    sent.body.messages[0].id,
    rig.number.accessToken,
    rig.simulator.app.appSecret,
  ];
  const files = await readdir(rig.folder, { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
  );
  assert.equal(contents.length, 2);
  const log = Buffer.from(rig.logged.map((line) => JSON.stringify(line)).join("\n"));
  const found = secrets.filter((secret) =>
    disguises(secret).some((disguise) => [...contents, log].some((content) => content.includes(disguise))),
  );
  assert.deepEqual(found, []);
  assert.equal(
    rig.logged.every((line) => "simulator" in line && line.simulator === true),
    true,
  );
  assert.equal(rig.logged.length > 5, true);
});
